package io.felucca.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.dockerfile.RunMount.Sharing;
import io.felucca.dockerfile.RunMount.Type;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RunMountTest {

    @Test
    @DisplayName("a mount of RUN is read with all its fields, and their other names")
    void fieldsAreRead() {
        assertThat(RunMount.parse("target=/x"))
                .isEqualTo(new RunMount(Type.BIND, "", "", "/x", true, "", Sharing.SHARED, -1, 0, 0, 0, false, ""));
        assertThat(RunMount.parse("type=cache,id=a,dst=/c,sharing=locked,mode=0700,uid=1,gid=2,ro"))
                .isEqualTo(new RunMount(Type.CACHE, "", "", "/c", true, "a", Sharing.LOCKED, 0700, 1, 2, 0, false, ""));
        assertThat(RunMount.parse("type=bind,from=base,src=a/b,destination=/d,rw"))
                .isEqualTo(new RunMount(
                        Type.BIND, "base", "a/b", "/d", false, "", Sharing.SHARED, -1, 0, 0, 0, false, ""));
        assertThat(RunMount.parse("type=tmpfs,target=/t,size=10m").sizeBytes()).isEqualTo(10 << 20);
        assertThat(RunMount.parse("type=secret,id=s,required,env=S"))
                .isEqualTo(new RunMount(Type.SECRET, "", "", "", true, "s", Sharing.SHARED, -1, 0, 0, 0, true, "S"));
        assertThat(RunMount.parse("\"source=a,b\",target=/x,readonly=false"))
                .satisfies(mount -> assertThat(mount.source()).isEqualTo("a,b"))
                .satisfies(mount -> assertThat(mount.readOnly()).isFalse());
    }

    @Test
    @DisplayName("a wrong mount of RUN is refused in BuildKit's words")
    void wrongMountsAreRefused() {
        assertRefused("target", "invalid field 'target' must be a key=value pair");
        assertRefused("target=/x,nosuch=1", "unexpected key 'nosuch' in 'nosuch=1'");
        assertRefused("type=nosuch,target=/x", "unsupported mount type \"nosuch\"");
        assertRefused("type=cache,target=/x,sharing=some", "unsupported sharing value \"some\"");
        assertRefused("type=cache", "target is required");
        assertRefused("type=cache,target=/x,mode=9", "invalid value 9 for mode");
        assertRefused("target=/x,ro=perhaps", "invalid value for ro: perhaps");
        assertRefused("target=/x,size=1", "size is only allowed for mount type tmpfs");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> RunMount.parse(text)).hasMessage(message);
    }
}

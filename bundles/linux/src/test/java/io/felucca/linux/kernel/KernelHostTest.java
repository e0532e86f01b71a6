package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.linux.Host;
import io.felucca.linux.Host.KernelName;
import io.felucca.linux.SeccompProfile;
import io.felucca.linux.SeccompProfile.Action;
import io.felucca.linux.SeccompProfile.Argument;
import io.felucca.linux.SeccompProfile.Comparison;
import io.felucca.linux.SeccompProfile.Rule;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class KernelHostTest {

    private final Host host = new KernelHost();

    @Tag("root")
    @Test
    void capabilitiesAreNamedByBit() {
        assertThat(KernelHost.capabilities(0x21)).containsExactly("CAP_CHOWN", "CAP_KILL");
        assertThat(KernelHost.capabilities(1L << 40)).containsExactly("CAP_CHECKPOINT_RESTORE");
        assertThat(host.effectiveCapabilities()).contains("CAP_SYS_ADMIN");
        assertThat(host.knownCapabilities()).containsAll(host.boundingCapabilities());
    }

    @Test
    void limitsAreReadByEitherName() {
        assertThat(host.limit("nofile").hard()).isGreaterThanOrEqualTo(1024);
        assertThat(host.limit("RLIMIT_NOFILE")).isEqualTo(host.limit("nofile"));
        assertThatThrownBy(() -> host.limit("files")).hasMessage("invalid ulimit type: files");
    }

    @Test
    void theKernelTellsItsName() {
        assertThat(host.kernel().system()).isEqualTo("Linux");
        assertThat(host.kernel().machine()).isNotEmpty();
        KernelName name = new KernelName("Linux", "n", "6.1-rc3", "v", "x86_64");
        assertThat(name.isAtLeast(5, 19)).isTrue();
        assertThat(name.isAtLeast(6, 1)).isTrue();
        assertThat(name.isAtLeast(6, 2)).isFalse();
        assertThat(host.bootId()).hasSize(36);
    }

    @Test
    void T26_aProfileIsCompiledAndUnknownCallsAreSkipped() {
        LibSeccomp seccomp = new LibSeccomp();
        SeccompProfile profile = new SeccompProfile(
                Action.ERRNO,
                1,
                List.of(
                        new Rule(List.of("read", "write", "no_such_call"), Action.ALLOW, 0, List.of()),
                        new Rule(
                                List.of("personality"), Action.ALLOW, 0, List.of(new Argument(0, Comparison.EQ, 8, 0))),
                        new Rule(List.of("clone3"), Action.ERRNO, 38, List.of()),
                        new Rule(List.of("mount"), Action.ERRNO, 1, List.of())));
        byte[] filter = seccomp.compile(profile);
        assertThat(filter.length % 8).isZero();
        assertThat(filter.length).isGreaterThan(8 * 10);
        assertThat(seccomp.compile(profile)).isEqualTo(filter);
    }
}

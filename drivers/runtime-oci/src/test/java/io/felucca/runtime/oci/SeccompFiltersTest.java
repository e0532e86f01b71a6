package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.Seccomp;
import io.felucca.linux.SeccompProfile;
import io.felucca.linux.SeccompProfile.Action;
import io.felucca.linux.SeccompProfile.Argument;
import io.felucca.linux.SeccompProfile.Comparison;
import io.felucca.linux.SeccompProfile.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeccompFiltersTest {

    private static final List<String> ARCHITECTURES = List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");

    private static final class CountingSeccomp implements Seccomp {
        private int compiled;

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public byte[] compile(SeccompProfile profile) {
            compiled++;
            return new byte[] {1, 2, 3};
        }
    }

    private final CountingSeccomp seccomp = new CountingSeccomp();

    @TempDir
    private Path directory;

    private static Map<String, Object> profile(Map<String, Object> changes) {
        Map<String, Object> profile = new HashMap<>(Map.of(
                "defaultAction",
                "SCMP_ACT_ERRNO",
                "architectures",
                ARCHITECTURES,
                "syscalls",
                List.of(Map.of(
                        "names",
                        List.of("clone"),
                        "action",
                        "SCMP_ACT_ALLOW",
                        "args",
                        List.of(Map.of("index", 0, "value", 7L, "valueTwo", 3, "op", "SCMP_CMP_MASKED_EQ"))))));
        profile.putAll(changes);
        return profile;
    }

    @Test
    void compilesEqualProfilesOnceAlsoAcrossRestarts() throws Exception {
        SeccompFilters filters = new SeccompFilters(seccomp, directory);
        String expected = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});

        assertThat(filters.compile(profile(Map.of()))).contains(expected);
        assertThat(filters.compile(profile(Map.of()))).contains(expected);
        assertThat(new SeccompFilters(seccomp, directory).compile(profile(Map.of())))
                .contains(expected);
        assertThat(seccomp.compiled).isEqualTo(1);

        filters.compile(profile(Map.of("defaultErrnoRet", 38)));
        assertThat(seccomp.compiled).isEqualTo(2);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2).allMatch(file -> file.toString().endsWith(".bpf"));
        }
    }

    @Test
    void readsArgumentsAndErrors() {
        assertThat(SeccompFilters.read(profile(Map.of("defaultErrnoRet", 38))))
                .contains(new SeccompProfile(
                        Action.ERRNO,
                        38,
                        List.of(new Rule(
                                List.of("clone"),
                                Action.ALLOW,
                                1,
                                List.of(new Argument(0, Comparison.MASKED_EQ, 7, 3))))));
    }

    @Test
    void leavesToTheRuntimeWhatItCannotCompile() {
        SeccompFilters filters = new SeccompFilters(seccomp, directory);

        assertThat(filters.compile(profile(Map.of("flags", List.of("SECCOMP_FILTER_FLAG_LOG")))))
                .isEmpty();
        assertThat(filters.compile(profile(Map.of("defaultAction", "SCMP_ACT_NOTIFY"))))
                .isEmpty();
        assertThat(filters.compile(profile(Map.of("architectures", List.of("SCMP_ARCH_X86_64")))))
                .isEmpty();
        assertThat(filters.compile(profile(Map.of("architectures", List.of("SCMP_ARCH_S390X")))))
                .isEmpty();
        assertThat(seccomp.compiled).isZero();
    }
}

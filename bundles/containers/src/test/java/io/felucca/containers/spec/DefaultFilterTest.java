package io.felucca.containers.spec;

import static io.felucca.testkit.runtime.BpfFilter.ALLOW;
import static io.felucca.testkit.runtime.BpfFilter.ARCH_I386;
import static io.felucca.testkit.runtime.BpfFilter.ARCH_X86_64;
import static io.felucca.testkit.runtime.BpfFilter.ERRNO;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.security.CapabilityList;
import io.felucca.containers.security.SeccompRules;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.runtime.oci.SeccompFilters;
import io.felucca.testkit.runtime.BpfFilter;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

/** The default profile as the kernel runs it: compiled, then interpreted call by call. Numbers are those of x86. */
@EnabledOnOs(architectures = "amd64")
class DefaultFilterTest {

    private static final int EPERM = ERRNO | 1;
    private static final int ENOSYS = ERRNO | 38;
    private static final int SOCKET = 41;
    private static final int CLONE = 56;
    private static final long CLONE_NEWUSER = 0x10000000;

    private static BpfFilter filter(Set<String> capabilities) {
        Map<String, Object> profile = SeccompRules.DEFAULT.profile(capabilities, Specs.facts());
        return new BpfFilter(
                new LibSeccomp().compile(SeccompFilters.read(profile).orElseThrow()));
    }

    private final BpfFilter filter = filter(Set.copyOf(CapabilityList.DEFAULT));

    @Test
    @DisplayName("T26 what breaks out is denied: mount, unshare, setns, keyctl, bpf, io_uring, userfaultfd, kexec")
    void deniesWhatBreaksOut() {
        Map<String, Integer> calls = Map.ofEntries(
                Map.entry("mount", 165),
                Map.entry("umount2", 166),
                Map.entry("pivot_root", 155),
                Map.entry("unshare", 272),
                Map.entry("setns", 308),
                Map.entry("add_key", 248),
                Map.entry("request_key", 249),
                Map.entry("keyctl", 250),
                Map.entry("bpf", 321),
                Map.entry("io_uring_setup", 425),
                Map.entry("userfaultfd", 323),
                Map.entry("perf_event_open", 298),
                Map.entry("init_module", 175),
                Map.entry("kexec_load", 246),
                Map.entry("open_by_handle_at", 304),
                Map.entry("reboot", 169),
                Map.entry("open_tree", 428),
                Map.entry("fsopen", 430));
        calls.forEach((name, number) ->
                assertThat(filter.run(ARCH_X86_64, number)).as(name).isEqualTo(EPERM));
    }

    @Test
    void allowsWhatProgramsNeed() {
        for (int number : new int[] {0, 1, 2, 3, 9, 57, 59, 62, 202, 257, 437, 439}) {
            assertThat(filter.run(ARCH_X86_64, number)).as("call %d", number).isEqualTo(ALLOW);
        }
    }

    @Test
    @DisplayName("T26 no new user namespace: by clone neither, and clone3 is not there")
    void deniesNewNamespaces() {
        assertThat(filter.run(ARCH_X86_64, CLONE, 0x11)).isEqualTo(ALLOW);
        assertThat(filter.run(ARCH_X86_64, CLONE, 0x11 | CLONE_NEWUSER)).isEqualTo(EPERM);
        assertThat(filter.run(ARCH_X86_64, 435)).isEqualTo(ENOSYS);
        assertThat(filter(Set.of("CAP_SYS_ADMIN")).run(ARCH_X86_64, CLONE, 0x11 | CLONE_NEWUSER))
                .isEqualTo(ALLOW);
    }

    @Test
    @DisplayName("T26 AF_ALG is denied, and AF_VSOCK; no other family is")
    void deniesSocketsOfTheKernelsCryptography() {
        for (long family = 0; family < 46; family++) {
            int expected = family == 38 || family == 40 ? EPERM : ALLOW;
            assertThat(filter.run(ARCH_X86_64, SOCKET, family))
                    .as("family %d", family)
                    .isEqualTo(expected);
            assertThat(filter.run(ARCH_X86_64, SOCKET, family | 0x5_0000_0000L)).isEqualTo(expected);
        }
        assertThat(filter.run(ARCH_I386, 359, 38)).isEqualTo(EPERM);
        assertThat(filter.run(ARCH_I386, 359, 2)).isEqualTo(ALLOW);
    }

    @Test
    @DisplayName("T26 32-bit and x32 calls go through the same rules")
    void holdsForOtherCallTables() {
        assertThat(filter.run(ARCH_I386, 21)).as("mount").isEqualTo(EPERM);
        assertThat(filter.run(ARCH_I386, 4)).as("write").isEqualTo(ALLOW);
        assertThat(filter.run(ARCH_X86_64, 0x40000000 | 165)).as("mount of x32").isEqualTo(EPERM);
    }
}

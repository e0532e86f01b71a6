package io.felucca.containers.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.spec.Specs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SeccompRulesTest {

    private static final Set<String> DEFAULT = Set.copyOf(CapabilityList.DEFAULT);

    /** Names that are allowed whatever their arguments. */
    private static Set<String> allowed(Map<String, Object> profile) {
        Set<String> names = new TreeSet<>();
        for (Object value : (List<?>) profile.get("syscalls")) {
            Map<?, ?> call = (Map<?, ?>) value;
            if (call.get("action").equals("SCMP_ACT_ALLOW") && !call.containsKey("args")) {
                ((List<?>) call.get("names")).forEach(name -> names.add((String) name));
            }
        }
        return names;
    }

    private static Set<String> dockers() throws IOException {
        try (InputStream in = SeccompRulesTest.class.getResourceAsStream("dockerd-20.10-allowed.txt")) {
            return new TreeSet<>(List.of(new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .trim()
                    .split(" ")));
        }
    }

    @Test
    @DisplayName("T26 the default profile allows what Docker's allows, but io_uring and sockets of every family")
    void defaultProfileIsDockers() throws IOException {
        Set<String> ours = allowed(SeccompRules.DEFAULT.profile(DEFAULT, Specs.facts()));
        Set<String> lost = new TreeSet<>(dockers());
        lost.removeAll(ours);

        assertThat(lost).containsExactly("io_uring_enter", "io_uring_register", "io_uring_setup", "socket");

        Set<String> gained = new TreeSet<>(ours);
        gained.removeAll(dockers());
        assertThat(gained)
                .as("those with conditions in Docker's, and calls newer than it")
                .containsExactlyInAnyOrder(
                        "arch_prctl",
                        "chroot",
                        "modify_ldt",
                        "ptrace",
                        "cachestat",
                        "fchmodat2",
                        "futex_requeue",
                        "futex_wait",
                        "futex_wake",
                        "getxattrat",
                        "listxattrat",
                        "map_shadow_stack",
                        "mseal",
                        "removexattrat",
                        "riscv_hwprobe",
                        "setxattrat",
                        "uretprobe");
    }

    @Test
    @DisplayName("T26 mount, unshare, keyctl, bpf and clone3 are denied without CAP_SYS_ADMIN")
    void dangerousCallsAreDenied() {
        assertThat(allowed(SeccompRules.DEFAULT.profile(DEFAULT, Specs.facts())))
                .doesNotContain(
                        "mount",
                        "unshare",
                        "keyctl",
                        "add_key",
                        "request_key",
                        "bpf",
                        "clone",
                        "clone3",
                        "setns",
                        "userfaultfd",
                        "kexec_load",
                        "init_module",
                        "open_by_handle_at",
                        "io_uring_setup",
                        "socket");
    }

    @Test
    void aCapabilityBringsItsCalls() {
        assertThat(allowed(SeccompRules.DEFAULT.profile(Set.of("CAP_SYS_ADMIN"), Specs.facts())))
                .contains("mount", "unshare", "bpf", "clone", "clone3")
                .doesNotContain("chroot", "reboot", "init_module");
        assertThat(allowed(SeccompRules.DEFAULT.profile(Set.of("CAP_SYS_BOOT"), Specs.facts())))
                .contains("reboot")
                .doesNotContain("mount");
    }

    @Test
    @DisplayName("T26 sockets of AF_ALG and AF_VSOCK are denied, whatever the upper half of the argument holds")
    void socketFamilies() {
        List<Map<?, ?>> rules = new ArrayList<>();
        for (Object value :
                (List<?>) SeccompRules.DEFAULT.profile(DEFAULT, Specs.facts()).get("syscalls")) {
            if (((Map<?, ?>) value).get("names").equals(List.of("socket"))) {
                rules.add((Map<?, ?>) ((List<?>) ((Map<?, ?>) value).get("args")).get(0));
            }
        }
        for (long family = 0; family < 48; family++) {
            boolean expected = family != 38 && family != 40;
            assertThat(isAllowed(rules, family)).as("family %d", family).isEqualTo(expected);
            assertThat(isAllowed(rules, family | 1L << 32)).isEqualTo(expected);
        }
    }

    private static boolean isAllowed(List<Map<?, ?>> rules, long family) {
        return rules.stream().anyMatch(rule -> {
            assertThat(rule.get("op")).isEqualTo("SCMP_CMP_MASKED_EQ");
            return (family & (Long) rule.get("value")) == (Long) rule.get("valueTwo");
        });
    }

    @Test
    void equalCapabilitiesShareOneProfile() {
        assertThat(SeccompRules.DEFAULT.profile(Set.of("CAP_KILL", "CAP_CHOWN"), Specs.facts()))
                .isSameAs(SeccompRules.DEFAULT.profile(Set.of("CAP_CHOWN", "CAP_KILL"), Specs.facts()));
    }

    @Test
    void givenProfileIsFilteredByCapabilitiesProcessorAndKernel() {
        String json = """
                {"defaultAction": "SCMP_ACT_ERRNO",
                 "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                             {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
                 "syscalls": [
                  {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                  {"name": "reboot", "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_BOOT"]}},
                  {"names": ["open"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_CHOWN"]}},
                  {"names": ["close"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "99.1"}},
                  {"names": ["cacheflush"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm64"]}},
                  {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "args":
                    [{"index": 1, "value": 5, "valueTwo": 6, "op": "SCMP_CMP_MASKED_EQ"}]}]}
                """;

        Map<String, Object> profile = SeccompJson.read(json, DEFAULT, Specs.facts());

        assertThat(profile.get("architectures")).isEqualTo(List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86"));
        assertThat(profile.get("syscalls"))
                .isEqualTo(List.of(
                        Map.of("names", List.of("read", "write"), "action", "SCMP_ACT_ALLOW"),
                        Map.of(
                                "names",
                                List.of("clone3"),
                                "action",
                                "SCMP_ACT_ERRNO",
                                "errnoRet",
                                38,
                                "args",
                                List.of(Map.of("index", 1, "value", 5L, "valueTwo", 6L, "op", "SCMP_CMP_MASKED_EQ")))));
    }

    @Test
    void whatIsNoProfileIsRefused() {
        assertThatThrownBy(() -> SeccompJson.read("{", DEFAULT, Specs.facts()))
                .isInstanceOf(FeluccaException.class)
                .hasMessageStartingWith("Decoding seccomp profile failed: ");
        assertThatThrownBy(() -> SeccompJson.read("[]", DEFAULT, Specs.facts()))
                .hasMessage("Decoding seccomp profile failed: it has no defaultAction");
    }
}

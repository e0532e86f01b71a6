package io.felucca.containers.check;

import static io.felucca.containers.spec.Specs.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.security.CapabilityList;
import io.felucca.containers.spec.SpecResources;
import io.felucca.containers.spec.Specs;
import io.felucca.containers.spec.Ulimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostConfigCheckTest {

    private static final IdMap MAP =
            new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536)), List.of(new IdMap.Range(0, 100_000, 65_536)));

    private static List<String> check(Map<String, Object> options, HostFacts facts) {
        return HostConfigCheck.check(Specs.SLEEP, host(options), IdMap.NONE, facts);
    }

    /** Texts of dockerd 20.10.24, asked on two CPUs. */
    static Stream<Arguments> refused() {
        long mb = 1 << 20;
        return Stream.of(
                Arguments.of(Map.of("memory", 5 * mb), "Minimum memory limit allowed is 6MB"),
                Arguments.of(
                        Map.of("memory", 10 * mb, "memorySwap", 5 * mb),
                        "Minimum memoryswap limit should be larger than memory limit, see usage"),
                Arguments.of(
                        Map.of("memorySwap", 10 * mb),
                        "You should always set the Memory limit when using Memoryswap limit, see usage"),
                Arguments.of(Map.of("memoryReservation", mb), "Minimum memory reservation allowed is 6MB"),
                Arguments.of(
                        Map.of("memory", 10 * mb, "memoryReservation", 20 * mb),
                        "Minimum memory limit can not be less than memory reservation limit, see usage"),
                Arguments.of(
                        Map.of("nanoCpus", 3_000_000_000L),
                        "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
                Arguments.of(
                        Map.of("cpusetCpus", "7"), "Requested CPUs are not available - requested 7, available: 0-1"),
                Arguments.of(Map.of("cpusetCpus", "x"), "Invalid value x for cpuset cpus: invalid format: x"),
                Arguments.of(
                        Map.of("cpusetMems", "5"),
                        "Requested memory nodes are not available - requested 5, available: 0"),
                Arguments.of(
                        Map.of("cpuPeriod", 10L),
                        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"),
                Arguments.of(Map.of("cpuQuota", 10L), "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
                Arguments.of(
                        Map.of("nanoCpus", 1_000_000_000L, "cpuQuota", 1000L),
                        "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
                Arguments.of(
                        Map.of("nanoCpus", 1_000_000_000L, "cpuPeriod", 1000L),
                        "Conflicting options: Nano CPUs and CPU Period cannot both be set"),
                Arguments.of(Map.of("capAdd", List.of("foo")), "invalid CapAdd: unknown capability: \"CAP_FOO\""),
                Arguments.of(Map.of("capDrop", List.of("FOO")), "invalid CapDrop: unknown capability: \"CAP_FOO\""),
                Arguments.of(Map.of("securityOpt", List.of("foo")), "invalid --security-opt 1: \"foo\""),
                Arguments.of(Map.of("securityOpt", List.of("foo=bar")), "invalid --security-opt 2: \"foo=bar\""),
                Arguments.of(
                        Map.of("securityOpt", List.of("no-new-privileges:maybe")),
                        "invalid --security-opt 2: \"no-new-privileges:maybe\""),
                Arguments.of(
                        Map.of("oomScoreAdj", 2000), "Invalid value 2000, range for oom score adj is [-1000, 1000]"),
                Arguments.of(
                        Map.of("ulimits", List.of(new HostConfig.Ulimit("foo", 1, 1))), "invalid ulimit type: foo"),
                Arguments.of(
                        Map.of("ulimits", List.of(new HostConfig.Ulimit("nofile", 2, 1))),
                        "ulimit soft limit must be less than or equal to hard limit: 2 > 1"),
                Arguments.of(Map.of("sysctls", Map.of("foo", "bar")), "sysctl 'foo=bar' is not allowed"),
                Arguments.of(
                        Map.of("sysctls", Map.of("net.core.somaxconn", "1"), "networkMode", "host"),
                        "sysctl 'net.core.somaxconn' not allowed in host network namespace"),
                Arguments.of(
                        Map.of("tmpfs", Map.of("relative", "")),
                        "invalid mount path: 'relative' mount path must be absolute"),
                Arguments.of(Map.of("tmpfs", Map.of("/x", "foo")), "invalid tmpfs option [\"foo\"]"),
                Arguments.of(Map.of("pidMode", "foo"), "invalid PID mode: foo"),
                Arguments.of(Map.of("ipcMode", "foo"), "Invalid IPC mode: foo"),
                Arguments.of(Map.of("cgroupnsMode", "foo"), "invalid cgroup namespace mode: foo"),
                Arguments.of(
                        Map.of("devices", List.of(new HostConfig.Device("/dev/null", "", "z"))),
                        "bad mode specified: z"),
                Arguments.of(
                        Map.of("memorySwappiness", 200L), "Invalid value: 200, valid memory swappiness range is 0-100"),
                Arguments.of(
                        Map.of("cpuRealtimeRuntime", 500L, "cpuRealtimePeriod", 5L),
                        "cpu real-time runtime cannot be higher than cpu real-time period"),
                Arguments.of(Map.of("deviceCgroupRules", List.of("x")), "invalid device cgroup rule format: 'x'"),
                Arguments.of(
                        Map.of("blockIo", new HostConfig.BlockIo(5, null, null, null, null, null)),
                        "Range of blkio weight is from 10 to 1000"),
                Arguments.of(Map.of("shmSize", -1L), "SHM size can not be less than 0"));
    }

    @Test
    void blockWeightIsDiscardedWhereTheKernelHasNone() {
        var weight = new HostConfig.BlockIo(50, null, null, null, null, null);
        HostFacts bare = Specs.facts(Set.of("memory", "cpu"));
        assertThat(check(Map.of("blockIo", weight), bare))
                .containsExactly("Your kernel does not support Block I/O weight or the cgroup is not mounted."
                        + " Weight discarded.");
        assertThat(SpecResources.of(Specs.resources(Map.of("blockIo", weight)), bare, List.of()))
                .isEmpty();
        assertThat(SpecResources.of(Specs.resources(Map.of("blockIo", weight)), Specs.facts(), List.of()))
                .isEqualTo(Map.of("blockIO", Map.of("weight", 50L)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesInDockersWords(Map<String, Object> options, String text) {
        assertThatThrownBy(() -> check(options, Specs.facts()))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(text);
    }

    @Test
    @DisplayName("T6 nothing is mounted over /proc")
    void refusesToMountOverProc() {
        for (String path : List.of("/proc", "/proc/sys", "/x/../proc")) {
            assertThatThrownBy(() -> check(Map.of("tmpfs", Map.of(path, "")), Specs.facts()))
                    .hasMessageEndingWith("cannot be mounted because it is inside \"/proc\"");
        }
    }

    @Test
    @DisplayName("T2 a working directory in a process's folder of /proc is refused")
    void refusesWorkingDirectoryThroughProc() {
        for (String path :
                List.of("/proc/self/fd/7", "/proc/1/root", "/x/../proc/self/cwd", "/proc//thread-self/fd/3")) {
            ContainerConfig config = Specs.config(Map.of("cmd", List.of("x"), "workingDir", path));
            assertThatThrownBy(() -> HostConfigCheck.check(config, host(Map.of()), IdMap.NONE, Specs.facts()))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageStartingWith("the working directory '" + path + "' is invalid");
        }
    }

    @Test
    void refusesARelativeWorkingDirectory() {
        ContainerConfig config = Specs.config(Map.of("cmd", List.of("x"), "workingDir", "rel"));
        assertThatThrownBy(() -> HostConfigCheck.check(config, host(Map.of()), IdMap.NONE, Specs.facts()))
                .hasMessage("the working directory 'rel' is invalid, it needs to be an absolute path");
    }

    @Test
    void refusesAHostnameInTheHostsNamespace() {
        ContainerConfig config = Specs.config(Map.of("cmd", List.of("x"), "hostname", "x"));
        assertThatThrownBy(
                        () -> HostConfigCheck.check(config, host(Map.of("utsMode", "host")), IdMap.NONE, Specs.facts()))
                .hasMessage("conflicting options: hostname and the UTS mode");
    }

    @Test
    void refusesTheHostsNamespacesUnderAUserNamespace() {
        Map<Map<String, Object>, String> texts = Map.of(
                Map.of("privileged", true),
                "privileged mode is incompatible with user namespaces."
                        + "  You must run the container in the host namespace when running privileged mode",
                Map.of("networkMode", "host"),
                "cannot share the host's network namespace when user namespaces are enabled",
                Map.of("pidMode", "host"),
                "cannot share the host PID namespace when user namespaces are enabled");
        texts.forEach((options, text) -> assertThatThrownBy(
                        () -> HostConfigCheck.check(Specs.SLEEP, host(options), MAP, Specs.facts()))
                .hasMessage(text));
    }

    @Test
    @DisplayName("T26 without CAP_SYS_RESOURCE limits are cut to the engine's own, and create warns")
    void cutsWhatTheEngineMayNotGive() {
        HostFacts facts = Specs.facts(Set.of("CAP_SYS_RESOURCE"), 20_000, false);
        HostConfig host = host(Map.of(
                "ulimits",
                List.of(new HostConfig.Ulimit("nofile", 30_000, 65_536)),
                "oomScoreAdj",
                -500,
                "capAdd",
                List.of("SYS_RESOURCE")));

        assertThat(HostConfigCheck.check(Specs.SLEEP, host, IdMap.NONE, facts))
                .containsExactly(
                        "The engine does not hold CAP_SYS_RESOURCE: oom score adj was raised from -500 to 0,"
                                + " the engine's own.",
                        "The engine does not hold CAP_SYS_RESOURCE: the container goes without.",
                        "The engine does not hold CAP_SYS_RESOURCE: the hard limit of ulimit nofile was cut from"
                                + " 65536 to 20000, the engine's own.");
        assertThat(Ulimits.of(host, facts).rlimits())
                .containsExactly(Map.of("type", "RLIMIT_NOFILE", "hard", 20_000L, "soft", 20_000L));
        assertThat(CapabilityList.given(host, facts)).doesNotContain("CAP_SYS_RESOURCE");
    }

    @Test
    void keepsLimitsThatItMayGive() {
        HostConfig host = host(Map.of("ulimits", List.of(new HostConfig.Ulimit("core", -1, -1))));

        assertThat(check(
                        Map.of("ulimits", host.resources().ulimits()),
                        Specs.facts(Set.of("CAP_SYS_RESOURCE"), 9, false)))
                .isEmpty();
        assertThat(((Map<?, ?>) Ulimits.of(host, Specs.facts()).rlimits().get(0)).get("hard"))
                .hasToString("18446744073709551615");
    }

    @Test
    void warnsOfAContainerThatIsNeverKilledForMemory() {
        assertThat(check(Map.of("oomKillDisable", true), Specs.facts()))
                .containsExactly("OOM killer is disabled for the container, but no memory limit is set,"
                        + " this can result in the system running out of resources.");
    }

    @Test
    void warnsWhatTheMachinesCgroupsCannotDo() {
        HostFacts all = Specs.facts();
        HostFacts facts = new HostFacts(
                all.capabilities(),
                all.knownCapabilities(),
                all.hardLimits(),
                0,
                "amd64",
                6,
                1,
                new HostFacts.CgroupSupport(false, Set.of("devices"), false),
                all.cpus(),
                all.memoryNodes(),
                "vm",
                false,
                false);
        List<String> warnings = new ArrayList<>(check(
                Map.of("memory", 64L << 20, "nanoCpus", 1_000_000_000L, "pidsLimit", 5L, "cpusetCpus", "0"), facts));

        assertThat(warnings).hasSize(4).allMatch(text -> text.startsWith("Your kernel does not support "));
        assertThat(SpecResources.of(Specs.resources(Map.of("memory", 64L << 20, "pidsLimit", 5L)), facts, List.of()))
                .isEmpty();
    }

    @Test
    @DisplayName("Labels of SELinux are refused where it is active, and accepted as by dockerd where it is not")
    void labelsOfSeLinux() {
        HostFacts active = Specs.withSeLinux();
        for (Map<String, Object> options : List.<Map<String, Object>>of(
                Map.of("securityOpt", List.of("label=type:svirt_t")),
                Map.of("securityOpt", List.of("label:level:s0")),
                Map.of("binds", List.of("/srv:/data:ro,z")),
                Map.of("binds", List.of("named:/data:Z")),
                Map.of("volumesFrom", List.of("other:z")))) {
            assertThat(check(options, Specs.facts())).isEmpty();
            assertThatThrownBy(() -> check(options, active))
                    .as(options.toString())
                    .isInstanceOfSatisfying(
                            FeluccaException.class,
                            e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.UNSUPPORTED))
                    .hasMessageContaining("this engine sets no labels");
        }
        assertThat(check(
                        Map.of(
                                "securityOpt",
                                List.of("label=disable", "no-new-privileges"),
                                "binds",
                                List.of("/srv/z:/z", "/z:/srv:ro", "z:/Z"),
                                "volumesFrom",
                                List.of("z", "Z:ro")),
                        active))
                .isEmpty();
    }
}

package io.felucca.containers.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.spec.Specs;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.kernel.process.KernelProcesses;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T26, T3: the profile where AppArmor is on; that this machine's kernel need not have, so that its list is a file here. */
class AppArmorTest {

    private static final HostFacts ON = Specs.withAppArmor(true);
    private static final HostFacts OFF = Specs.withAppArmor(false);

    private final List<List<String>> run = new ArrayList<>();
    private Supplier<Output> answer = () -> new Output(new ExitStatus(0, 0), new byte[0], new byte[0]);
    private AppArmor appArmor;

    @TempDir
    private Path folder;

    private Path loaded;

    @BeforeEach
    @SuppressWarnings("unchecked") // The first argument of run() is a list of words.
    void begin() throws IOException {
        loaded = Files.writeString(folder.resolve("profiles"), "/usr/bin/man (enforce)\n");
        Processes processes = (Processes) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Processes.class}, (self, method, arguments) -> {
                    run.add(List.copyOf((List<String>) arguments[0]));
                    return answer.get();
                });
        appArmor = new AppArmor(processes, loaded);
    }

    private static Object profile(Map<String, Object> host, HostFacts facts) {
        return AppArmor.profile(Specs.host(host), facts).orElse("");
    }

    @Test
    void T26_aContainerHasTheDefaultProfileUnlessItAskedForAnotherOrIsPrivileged() {
        assertThat(profile(Map.of(), ON)).isEqualTo("docker-default");
        assertThat(profile(Map.of("securityOpt", List.of("apparmor=mine")), ON)).isEqualTo("mine");
        assertThat(profile(Map.of("securityOpt", List.of("apparmor=unconfined")), ON))
                .isEqualTo("");
        assertThat(profile(Map.of("privileged", true), ON)).isEqualTo("");
        assertThat(profile(Map.of("privileged", true, "securityOpt", List.of("apparmor=mine")), ON))
                .isEqualTo("mine");
        assertThat(profile(Map.of(), OFF)).isEqualTo("");
        assertThat(profile(Map.of("securityOpt", List.of("apparmor=mine")), OFF))
                .isEqualTo("");
    }

    @Test
    void T26_whatIsShownIsWhatWasAskedForUntilAStartChooses() {
        HostConfig plain = Specs.host(Map.of());
        HostConfig asking = Specs.host(Map.of("securityOpt", List.of("apparmor=mine")));
        assertThat(AppArmor.shown(plain, ON, false)).isEmpty();
        assertThat(AppArmor.shown(plain, ON, true)).isEqualTo("docker-default");
        assertThat(AppArmor.shown(plain, OFF, true)).isEmpty();
        assertThat(AppArmor.shown(Specs.host(Map.of("privileged", true)), ON, true))
                .isEqualTo("unconfined");
        assertThat(AppArmor.shown(asking, OFF, false)).isEqualTo("mine");
        assertThat(AppArmor.shown(asking, ON, true)).isEqualTo("mine");
        assertThat(AppArmor.shown(asking, OFF, true)).isEmpty();
    }

    @Test
    void T26_theDefaultIsLoadedOnceAndOnlyWhereItIsWanted() throws IOException {
        appArmor.prepare(Specs.host(Map.of()), OFF);
        appArmor.prepare(Specs.host(Map.of("privileged", true)), ON);
        appArmor.prepare(Specs.host(Map.of("securityOpt", List.of("apparmor=mine"))), ON);
        assertThat(run).isEmpty();
        appArmor.prepare(Specs.host(Map.of()), ON);
        assertThat(run).containsExactly(List.of("apparmor_parser", "-Kr"));
        Files.writeString(loaded, "docker-default (enforce)\n");
        appArmor.prepare(Specs.host(Map.of()), ON);
        assertThat(run).hasSize(1);
    }

    @Test
    void T26_aDefaultThatCannotBeLoadedStopsTheStartWithDockerdsWordsAndTheRemedy() {
        answer = () -> new Output(new ExitStatus(1, 0), new byte[0], "syntax error\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> appArmor.prepare(Specs.host(Map.of()), ON))
                .hasMessage("AppArmor enabled on system but the docker-default profile could not be loaded:"
                        + " apparmor_parser: syntax error (--security-opt apparmor=unconfined goes without)");
        answer = () -> {
            throw FeluccaException.notFound("no such program");
        };
        assertThatThrownBy(() -> appArmor.prepare(Specs.host(Map.of()), ON))
                .hasMessageContaining("apparmor_parser is not there: install the package apparmor");
    }

    @Test
    void T26_itIsOnOnlyWhereTheKernelsFolderOfProfilesIsThereToo() throws IOException {
        Path yes = Files.writeString(folder.resolve("yes"), "Y\n");
        Path no = Files.writeString(folder.resolve("no"), "N\n");
        Path nowhere = folder.resolve("nowhere");
        assertThat(HostFacts.hasAppArmor(yes, folder)).isTrue();
        assertThat(HostFacts.hasAppArmor(yes, nowhere)).isFalse();
        assertThat(HostFacts.hasAppArmor(no, folder)).isFalse();
        assertThat(HostFacts.hasAppArmor(nowhere, folder)).isFalse();
    }

    @Test
    void T26_theRealParserTakesTheProfile() {
        Output output = new KernelProcesses()
                .run(
                        List.of("apparmor_parser", "--skip-kernel-load", "--skip-cache"),
                        List.of("PATH=/usr/sbin:/sbin:/usr/bin:/bin"),
                        AppArmor.text(),
                        60_000);
        assertThat(output.success()).as(output.stderrText()).isTrue();
    }
}

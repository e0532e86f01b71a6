package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.HostConfig.Device;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.spec.Specs;
import io.felucca.linux.kernel.net.KernelNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Issue 11: the number of a container's process was given to another process, before its end is noticed. Nothing of that
 * other process is touched.
 */
@Tag("root")
class ProcessFilesTest {

    private TestEngine engine;
    private String donor;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        donor = engine.containers()
                .create(TestEngine.with(
                        TestEngine.spec("donor", false, "sleep", "1000"),
                        Map.of("ipcMode", "shareable", "shmSize", 4L << 20)))
                .id();
        engine.containers().start(donor);
    }

    @AfterEach
    void end() throws IOException {
        engine.processes.reused.clear();
        engine.close();
    }

    private Path process() {
        return Path.of("/proc/" + engine.containers().get(donor).state().pid());
    }

    private void reuse() {
        engine.processes.reused.add(engine.containers().get(donor).state().pid());
    }

    private void starts(Map<String, Object> host) {
        String id = engine.containers()
                .create(TestEngine.with(TestEngine.spec("other", false, "sleep", "1000"), host))
                .id();
        engine.containers().start(id);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage(message);
    }

    @Test
    @DisplayName("T1: no container joins the namespaces of a process that has the number of another container's")
    void joinsNoOther() throws IOException {
        reuse();
        Map<String, String> refusals = Map.of(
                "networkMode",
                "cannot join network of a non running container: " + donor,
                "pidMode",
                "Container " + donor + " is not running",
                "ipcMode",
                "can't join IPC of container " + donor + ": container " + donor + " is not running");
        refusals.forEach((mode, message) -> {
            refused(() -> starts(Map.of(mode, "container:" + donor)), message);
            engine.containers().remove("other", true, false);
        });

        engine.processes.reused.clear();
        for (String mode : refusals.keySet()) {
            starts(Map.of(mode, "container:" + donor));
            String type = mode.equals("networkMode") ? "net" : mode.replace("Mode", "");
            Path other =
                    Path.of("/proc/" + engine.containers().get("other").state().pid());
            assertThat(Files.readSymbolicLink(other.resolve("ns/" + type)))
                    .isEqualTo(Files.readSymbolicLink(process().resolve("ns/" + type)));
            engine.containers().remove("other", true, false);
        }
    }

    @Test
    @DisplayName("T1: no device is made in the root of a process that has the number of a container's")
    void makesNoDevice() {
        Device full = new Device("/dev/full", "/dev/other-full", "rm");
        reuse();
        refused(
                () -> engine.containers().update(donor, Specs.resources(Map.of("devices", List.of(full))), null),
                "Cannot update container " + donor + ": Container " + donor + " is not running");
        assertThat(process().resolve("root/dev/other-full")).doesNotExist();
    }

    @Test
    @DisplayName("T1: what was opened is a process's own when that process lived afterwards, and stays so over its end")
    void opensBeforeItAsks() throws IOException {
        Path before = Files.readSymbolicLink(process().resolve("ns/net"));
        try (ProcessFiles files = new ProcessFiles(new KernelNamespaces(), engine.processes)) {
            Path held = files.namespace(
                            engine.core()
                                    .parts()
                                    .registry
                                    .get(donor)
                                    .state()
                                    .processId()
                                    .orElseThrow(),
                            "net")
                    .orElseThrow();
            engine.containers().kill(donor, null);
            engine.containers().remove(donor, true, false);
            assertThat(Files.readSymbolicLink(held)).isEqualTo(before);
        }
    }
}

package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.Container.Status;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import io.felucca.storage.spi.Mount;
import io.felucca.testkit.FillingDisk;
import io.felucca.testkit.FillingDisk.Scarce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real containers whose exec root, with what the runtime keeps, has room for the first k pages, or files, that an operation
 * makes, for every k up to its success. Needs root, conmon and crun or runc.
 */
@Tag("root")
@DisplayName("issue 11: an exec root that fills up on the way of an operation")
@Timeout(300)
class FullExecRootTest {

    private static final int DISK_PAGES = 512;
    private static final int DISK_FILES = 256;
    /** More than any operation makes. */
    private static final int MOST = 80;

    private TestEngine engine;
    private Path folder;
    private FillingDisk disk;
    private Path runtime;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        engine.prepared = new Sandbox(
                List.of(new Sandbox.Endpoint("net", "net", "id", "", "", "", "", "", "", "", true, EndpointSpec.NONE)),
                null,
                null);
        engine.end();
        folder = Files.createDirectories(engine.directory.resolve("e"));
        disk = new FillingDisk(folder, DISK_PAGES, DISK_FILES);
        runtime = Files.createDirectories(engine.directory.resolve("o"));
        new KernelMounts()
                .mount(
                        new Mount(
                                "bind",
                                Files.createDirectory(folder.resolve("runtime-oci"))
                                        .toString(),
                                "",
                                List.of("bind"),
                                IdMap.NONE),
                        runtime);
        engine.begin();
    }

    @AfterEach
    void end() throws IOException {
        disk.free();
        engine.containers()
                .list(true, Map.of())
                .forEach(container -> engine.containers().remove(container.id(), true, false));
        engine.end();
        new KernelMounts().unmount(runtime, true);
        disk.close();
        engine.begin();
        engine.close();
    }

    @FunctionalInterface
    private interface Operation {
        void run(String id);
    }

    private Status status(String id) {
        return engine.containers().get(id).state().status();
    }

    private String create() {
        return engine.containers()
                .create(TestEngine.spec("full", false, "sleep", "3600"))
                .id();
    }

    private String running() {
        String id = create();
        engine.containers().start(id);
        return id;
    }

    /** Whether the operation came to its end with so much left. */
    private boolean succeeds(Operation operation, String id, Scarce kind, int left) throws IOException {
        disk.leave(kind, left);
        try {
            operation.run(id);
            return true;
        } catch (FeluccaException e) {
            // Not every failure of the runtime's own has the kernel's words.
            assertThat(e.toString() + e.getCause())
                    .as("with %s %s", left, kind)
                    .containsAnyOf("No space left", "OCI runtime create failed", "conmon");
            return false;
        } finally {
            disk.free();
        }
    }

    /** The container can be started, stopped and removed, and then nothing is left of it. */
    private void livesOn(String id, String after) {
        if (status(id) == Status.PAUSED) {
            engine.containers().unpause(id);
        }
        if (status(id) != Status.RUNNING) {
            engine.containers().start(id);
        }
        assertThat(status(id)).as(after).isEqualTo(Status.RUNNING);
        assertThat(engine.joined).containsExactly(id);
        engine.containers().stop(id, 0, null);
        engine.containers().remove(id, false, false);
        isGone(after);
    }

    private void isGone(String after) {
        assertThat(engine.storage.keys()).as(after).isEmpty();
        assertThat(engine.storage.mounted()).as(after).isEmpty();
        assertThat(engine.joined).as(after).isEmpty();
        engine.containers().remove(create(), false, false);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(engine.folder("x").getParent().toFile().list())
                                .isEmpty());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(list(folder.resolve("c"))).isEmpty());
    }

    private static List<String> list(Path folder) {
        String[] names = folder.toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    private void forAll(boolean runs, Scarce kind, Operation operation) throws IOException {
        for (int left = 0; left < MOST; left++) {
            String id = runs ? running() : create();
            boolean succeeded = succeeds(operation, id, kind, left);
            livesOn(id, "after " + left + " " + kind);
            if (succeeded) {
                assertThat(left).as("what failed").isPositive();
                return;
            }
        }
        throw new AssertionError("it never succeeded");
    }

    @ParameterizedTest
    @EnumSource(Scarce.class)
    void aStartThatFailsLeavesNothingAndCanBeRepeated(Scarce kind) throws IOException {
        forAll(false, kind, id -> {
            try {
                engine.containers().start(id);
            } catch (FeluccaException e) {
                assertThat(engine.joined).isEmpty();
                assertThat(engine.storage.mounted()).isEmpty();
                throw e;
            }
        });
    }

    @Test
    void whatEndsIsNotHindered() throws IOException {
        for (Scarce kind : Scarce.values()) {
            for (int left = 0; left < 3; left++) {
                String after = "after " + left + " " + kind;
                String stopped = running();
                assertThat(succeeds(id -> engine.containers().stop(id, 0, null), stopped, kind, left))
                        .as(after)
                        .isTrue();
                assertThat(status(stopped)).isEqualTo(Status.EXITED);
                livesOn(stopped, after);

                String removed = running();
                assertThat(succeeds(id -> engine.containers().remove(id, true, true), removed, kind, left))
                        .as(after)
                        .isTrue();
                isGone(after);
            }
        }
    }

    @Test
    void aContainerIsMadeWithoutRoomThere() throws IOException {
        for (Scarce kind : Scarce.values()) {
            assertThat(succeeds(id -> create(), "", kind, 0)).isTrue();
            livesOn(engine.containers().get("full").id(), "after none of " + kind);
        }
    }
}

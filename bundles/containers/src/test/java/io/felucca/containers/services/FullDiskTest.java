package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import io.felucca.testkit.FillingDisk;
import io.felucca.testkit.FillingDisk.Scarce;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real containers whose records lie on a disk with room for the first k pages that an operation writes, for every k up to
 * its success: the next write fails. Needs root, conmon and crun or runc.
 */
@Tag("root")
@DisplayName("issue 11: a disk that fills up on the way of an operation")
class FullDiskTest {

    private static final int DISK_PAGES = 256;
    private static final int DISK_FILES = 10_000;
    /** More than any operation writes. */
    private static final int MOST_PAGES = 40;

    private TestEngine engine;
    private FillingDisk disk;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        engine.prepared = new Sandbox(
                List.of(new Sandbox.Endpoint("net", "net", "id", "", "", "", "", "", "", "", true, EndpointSpec.NONE)),
                null,
                null);
        disk = new FillingDisk(engine.dataRoot().resolve("containers"), DISK_PAGES, DISK_FILES);
    }

    @AfterEach
    void end() throws IOException {
        disk.free();
        engine.containers()
                .list(true, java.util.Map.of())
                .forEach(container -> engine.containers().remove(container.id(), true, false));
        engine.end();
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

    private String create(String name) {
        return engine.containers()
                .create(TestEngine.spec(name, false, "sleep", "3600"))
                .id();
    }

    private String running(String name) {
        String id = create(name);
        engine.containers().start(id);
        return id;
    }

    /** Whether the operation came to its end on a disk with so many pages left. */
    private boolean succeeds(Operation operation, String id, int pages) throws IOException {
        disk.leave(Scarce.PAGES, pages);
        try {
            operation.run(id);
            return true;
        } catch (FeluccaException e) {
            assertThat(e).as("with %s pages", pages).hasStackTraceContaining("No space left");
            return false;
        } finally {
            disk.free();
        }
    }

    /** The container can be started, stopped and removed, and then nothing is left of it. */
    private void livesOn(String id, String name, int pages) {
        if (status(id) == Status.PAUSED) {
            engine.containers().unpause(id);
        }
        if (status(id) != Status.RUNNING) {
            engine.containers().start(id);
        }
        assertThat(status(id)).as("after %s pages", pages).isEqualTo(Status.RUNNING);
        assertThat(engine.joined).containsExactly(id);
        engine.containers().pause(id);
        engine.containers().unpause(id);
        engine.containers().stop(id, 0, null);
        engine.containers().remove(id, false, false);
        isGone(name, pages);
    }

    private void isGone(String name, int pages) {
        assertThat(engine.storage.keys()).as("layers after %s pages", pages).isEmpty();
        assertThat(engine.storage.mounted()).isEmpty();
        assertThat(engine.joined).isEmpty();
        engine.containers().remove(create(name), false, false);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                engine.dataRoot().resolve("containers").toFile().list())
                        .isEmpty());
    }

    private void forEveryWrite(boolean runs, Operation operation) throws IOException {
        List<Integer> failed = new ArrayList<>();
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            String id = runs ? running("full") : create("full");
            boolean succeeded = succeeds(operation, id, pages);
            livesOn(id, "full", pages);
            if (succeeded) {
                assertThat(failed).as("writes that failed").isNotEmpty();
                return;
            }
            failed.add(pages);
        }
        throw new AssertionError("it never succeeded: " + failed);
    }

    @Test
    void aCreateThatFailsLeavesNothing() throws IOException {
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            if (succeeds(name -> create(name), "full", pages)) {
                assertThat(pages).isPositive();
                livesOn(engine.containers().get("full").id(), "full", pages);
                return;
            }
            isGone("full", pages);
        }
        throw new AssertionError("it never succeeded");
    }

    @Test
    void aStartThatFailsLeavesAddressesFreeAndCanBeRepeated() throws IOException {
        forEveryWrite(false, id -> {
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
    void aPauseThatFailsLeavesTheContainerRunning() throws IOException {
        forEveryWrite(true, id -> {
            try {
                engine.containers().pause(id);
            } catch (FeluccaException e) {
                assertThat(status(id)).isEqualTo(Status.RUNNING);
                throw e;
            }
        });
    }

    @Test
    void aRenameThatFailsTakesNoName() throws IOException {
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            String id = create("full");
            boolean succeeded = succeeds(c -> engine.containers().rename(c, "other"), id, pages);
            assertThat(engine.containers().get(id).name()).endsWith(succeeded ? "other" : "full");
            String taken = create(succeeded ? "full" : "other");
            engine.containers().remove(taken, false, false);
            livesOn(id, "full", pages);
            if (succeeded) {
                assertThat(pages).isPositive();
                return;
            }
        }
        throw new AssertionError("it never succeeded");
    }

    @Test
    void aFullDiskHindersNoEnd() throws IOException {
        for (int pages = 0; pages < 3; pages++) {
            String stopped = running("full");
            assertThat(succeeds(id -> engine.containers().stop(id, 0, null), stopped, pages))
                    .isTrue();
            assertThat(status(stopped)).isEqualTo(Status.EXITED);
            livesOn(stopped, "full", pages);

            String paused = running("full");
            engine.containers().pause(paused);
            assertThat(succeeds(engine.containers()::unpause, paused, pages)).isTrue();
            livesOn(paused, "full", pages);
        }
    }

    @Test
    void aFullDiskHindersNoRemoval() throws IOException {
        for (int pages = 0; pages < 3; pages++) {
            String ended = create("full");
            assertThat(succeeds(id -> engine.containers().remove(id, false, true), ended, pages))
                    .isTrue();
            isGone("full", pages);

            String runs = running("full");
            assertThat(succeeds(id -> engine.containers().remove(id, true, true), runs, pages))
                    .isTrue();
            isGone("full", pages);
        }
    }
}

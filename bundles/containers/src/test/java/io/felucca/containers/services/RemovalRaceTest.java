package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerArchives.CommitSpec;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.PathStat;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Removals beside what else is done to the same container; needs root, conmon and crun or runc. */
@Tag("root")
@Timeout(180)
class RemovalRaceTest {

    private static final Digest MADE = Digest.ofHex("ef".repeat(32));

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private TestEngine engine;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
    }

    @AfterEach
    void end() throws IOException {
        mayEnd.countDown();
        engine.close();
    }

    /** What is beside the removal: it has begun, and waits until the test lets it end. */
    private void holdOn() {
        begun.countDown();
        try {
            assertThat(mayEnd.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitRemoving(String id) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> engine.containers().get(id).state().status() == Status.REMOVING);
    }

    private CompletableFuture<Void> removal(String id) {
        return CompletableFuture.runAsync(() -> engine.containers().remove(id, true, false));
    }

    private boolean isThere(String id) {
        return engine.containers().list(true, Map.of()).stream()
                .anyMatch(container -> container.id().equals(id));
    }

    @Test
    @DisplayName("A forced removal during a start waits for it, ends the container and removes it")
    void aForcedRemovalWaitsForAStart() throws Exception {
        String id = engine.containers()
                .create(TestEngine.spec("box", false, "sleep", "100"))
                .id();
        engine.hooks.put("before start", this::holdOn);
        CompletableFuture<Void> start =
                CompletableFuture.runAsync(() -> engine.containers().start(id));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> removal = removal(id);
        awaitRemoving(id);
        mayEnd.countDown();

        start.get(60, TimeUnit.SECONDS);
        removal.get(60, TimeUnit.SECONDS);
        assertThat(isThere(id)).isFalse();
        assertThat(engine.storage.keys()).doesNotContain(id);
    }

    @Test
    @DisplayName("A removal without force that meets a start is refused once the container runs, which goes on")
    void aRemovalWithoutForceIsRefusedOnceItRuns() throws Exception {
        String id = engine.containers()
                .create(TestEngine.spec("box", false, "sleep", "100"))
                .id();
        engine.hooks.put("before start", this::holdOn);
        CompletableFuture<Void> start =
                CompletableFuture.runAsync(() -> engine.containers().start(id));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> removal =
                CompletableFuture.runAsync(() -> engine.containers().remove(id, false, false));
        awaitRemoving(id);
        mayEnd.countDown();

        start.get(60, TimeUnit.SECONDS);
        assertThatThrownBy(() -> removal.get(60, TimeUnit.SECONDS))
                .hasRootCauseMessage("You cannot remove a running container " + id
                        + ". Stop the container before attempting removal or force remove");
        assertThat(engine.containers().get(id).state().status()).isEqualTo(Status.RUNNING);
    }

    @Test
    @DisplayName("A forced removal beside a commit waits until the image is whole")
    void aForcedRemovalWaitsForACommit() throws Exception {
        String id = engine.run("box", "sleep", "100");
        engine.layers = (method, arguments) -> {
            holdOn();
            assertThat(engine.storage.keys()).contains(id);
            return MADE;
        };
        CompletableFuture<Digest> commit = CompletableFuture.supplyAsync(
                () -> engine.archives().commit(id, new CommitSpec("", "", "", "", List.of(), true, null)));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> removal = removal(id);
        awaitRemoving(id);
        mayEnd.countDown();

        assertThat(commit.get(60, TimeUnit.SECONDS)).isEqualTo(MADE);
        removal.get(60, TimeUnit.SECONDS);
        assertThat(isThere(id)).isFalse();
    }

    @Test
    @DisplayName("A container with --rm that ends during a commit is removed after it")
    void aContainerThatRemovesItselfWaitsForACommit() throws Exception {
        String id = engine.containers()
                .create(TestEngine.spec("box", true, "sleep", "100"))
                .id();
        engine.containers().start(id);
        engine.layers = (method, arguments) -> {
            engine.containers().kill(id, "KILL");
            awaitRemoving(id);
            assertThat(engine.storage.keys()).contains(id);
            return MADE;
        };

        assertThat(engine.archives().commit(id, new CommitSpec("", "", "", "", List.of(), false, null)))
                .isEqualTo(MADE);
        await().atMost(Duration.ofSeconds(60)).until(() -> !isThere(id));
    }

    @Test
    @DisplayName("An export that a client keeps open ends with an error once the container is removed")
    void anExportOfWhatWasRemovedFails() throws Exception {
        String id = engine.run("box", "sleep", "100");
        engine.layers = (method, arguments) -> new Archive() {
            @Override
            public PathStat stat() {
                return null;
            }

            @Override
            public void writeTo(OutputStream out) {
                holdOn();
            }

            @Override
            public void close() {}
        };
        CompletableFuture<Void> export = CompletableFuture.runAsync(() -> {
            try (Archive archive = engine.archives().export(id)) {
                archive.writeTo(OutputStream.nullOutputStream());
            }
        });
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        removal(id).get(60, TimeUnit.SECONDS);
        mayEnd.countDown();

        assertThatThrownBy(() -> export.get(60, TimeUnit.SECONDS))
                .rootCause()
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("container " + id + " is being removed: its files are gone");
    }
}

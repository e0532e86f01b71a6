package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerArchives.CommitSpec;
import io.felucca.images.Layers.Commit;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is asked of the image store, and when; needs root, conmon and crun or runc. */
@Tag("root")
class ArchivesTest {

    private static final Digest MADE = Digest.ofHex("ef".repeat(32));

    private TestEngine engine;
    private ContainerArchives archives;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        archives = engine.archives();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private static CommitSpec spec(String repository, String tag, boolean pause) {
        return new CommitSpec(repository, tag, "me", "修改", List.of("CMD x"), pause, null);
    }

    private Status status(String id) {
        return engine.containers().get(id).state().status();
    }

    @Test
    @DisplayName("S37: a commit pauses a running container, and only while it lasts")
    void S37_commitPausesARunningContainer() {
        String id = engine.run("box", "sh", "-c", "sleep 100");
        AtomicReference<Status> meanwhile = new AtomicReference<>();
        engine.layers = (method, arguments) -> {
            meanwhile.set(status(id));
            return MADE;
        };

        assertThat(archives.commit(id, spec("", "", true))).isEqualTo(MADE);
        assertThat(meanwhile.get()).isEqualTo(Status.PAUSED);
        assertThat(status(id)).isEqualTo(Status.RUNNING);

        archives.commit(id, spec("", "", false));
        assertThat(meanwhile.get()).isEqualTo(Status.RUNNING);

        engine.containers().pause(id);
        archives.commit(id, spec("", "", true));
        assertThat(status(id)).as("who was paused before stays so").isEqualTo(Status.PAUSED);
        engine.containers().unpause(id);
    }

    @Test
    @DisplayName("S37: a commit that fails lets the container go on")
    void S37_aFailedCommitLetsTheContainerGoOn() {
        String id = engine.run("box", "sh", "-c", "sleep 100");
        engine.layers = (method, arguments) -> {
            throw FeluccaException.system("disk full");
        };

        assertThatThrownBy(() -> archives.commit(id, spec("x", "", true))).hasMessage("disk full");
        assertThat(status(id)).isEqualTo(Status.RUNNING);
    }

    @Test
    @DisplayName("S30: names are checked before anything is done; a tag of its own wins")
    void S30_commitNamesTheImage() {
        String id = engine.run("box", "sh", "-c", "sleep 100");
        AtomicReference<Commit> asked = new AtomicReference<>();
        engine.layers = (method, arguments) -> {
            asked.set((Commit) arguments[0]);
            return MADE;
        };

        assertThatThrownBy(() -> archives.commit(id, spec("UPPER", "", true)))
                .hasMessage("invalid reference format: repository name must be lowercase");
        assertThatThrownBy(() -> archives.commit(id, spec("a/b", "!!", true))).hasMessage("invalid tag format");
        assertThatThrownBy(() -> archives.commit("nope", spec("x", "", true))).hasMessage("No such container: nope");
        assertThat(asked.get()).isNull();

        archives.commit(id.substring(0, 8), spec("x:y", "z", true));
        assertThat(asked.get().reference()).isEqualTo("docker.io/library/x:z");
        assertThat(asked.get().layer().key()).isEqualTo(id);
        assertThat(asked.get().parent()).isEqualTo(TestEngine.IMAGE);
        assertThat(asked.get().createdBy()).isEqualTo("sh -c sleep 100");
        assertThat(asked.get().config().cmd()).containsExactly("sh", "-c", "sleep 100");
        assertThat(asked.get().changes()).containsExactly("CMD x");
        archives.commit(id, spec("x", "", true));
        assertThat(asked.get().reference()).isEqualTo("docker.io/library/x:latest");
    }

    @Test
    @DisplayName("what is not there is told in Docker's words, on a container that runs or never ran")
    void missingPathsAreToldInDockersWords() {
        String id = engine.run("box", "sh", "-c", "sleep 100");
        engine.layers = (method, arguments) -> {
            assertThat(((Layer) arguments[0]).key()).isEqualTo(id);
            if (method.equals("extract")) {
                assertThat(arguments[3]).isEqualTo(new Extraction(true, -1, -1));
            }
            throw FeluccaException.notFound("lstat: no such file");
        };
        String text = "Could not find the file /x in container " + id;

        assertThatThrownBy(() -> archives.stat(id, "/x")).hasMessage(text);
        assertThatThrownBy(() -> archives.copyOut(id, "/x")).hasMessage(text);
        assertThatThrownBy(() -> archives.copyIn(id, "/x", InputStream.nullInputStream(), true, false))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessage(text);
        assertThatThrownBy(() -> archives.changes("nope")).hasMessage("No such container: nope");
    }
}

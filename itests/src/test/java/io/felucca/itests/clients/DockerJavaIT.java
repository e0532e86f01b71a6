package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PruneType;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.Volume;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.JavaClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: docker-java, with its transport without dependencies, and its commands that are not swarm's. */
@Timeout(180)
@DisplayName("B13: docker-java")
class DockerJavaIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static final long SECONDS = 20;

    private static DockerClient docker;

    @BeforeAll
    static void connect() {
        docker = JavaClient.on(engine.host());
    }

    @AfterAll
    static void disconnect() throws IOException {
        docker.close();
    }

    private static String create(String name, String... command) {
        CreateContainerResponse made = docker.createContainerCmd("busybox")
                .withName(name)
                .withCmd(command)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec();
        assertThat(made.getWarnings()).isNullOrEmpty();
        return made.getId();
    }

    private static String run(String name, String... command) {
        String id = create(name, command);
        docker.startContainerCmd(id).exec();
        return id;
    }

    private static String logs(String id) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        docker.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .exec(collector(text))
                .awaitCompletion(SECONDS, TimeUnit.SECONDS);
        return text.toString();
    }

    private static ResultCallback.Adapter<Frame> collector(StringBuilder text) {
        return new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            }
        };
    }

    private static int exit(String id) {
        return docker.waitContainerCmd(id)
                .exec(new com.github.dockerjava.api.command.WaitContainerResultCallback())
                .awaitStatusCode(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("ping, version, info, auth")
    void theEngineTellsOfItself() {
        docker.pingCmd().exec();
        assertThat(docker.versionCmd().exec().getApiVersion()).isEqualTo("1.51");
        assertThat(docker.infoCmd().exec().getDriver()).isEqualTo("overlay2");
        assertThatThrownBy(() -> docker.authCmd().exec()).isInstanceOf(DockerException.class);
    }

    @Test
    @DisplayName("list, inspect, tag, save, load, history, remove, pull, push, search")
    void images() throws Exception {
        docker.tagImageCmd("busybox", "made", "latest").exec();
        docker.tagImageCmd("made", "made/again", "2").exec();
        assertThat(docker.listImagesCmd().exec())
                .flatExtracting(image -> List.of(image.getRepoTags()))
                .contains("made/again:2");
        assertThat(docker.inspectImageCmd("made").exec().getOs()).isEqualTo("linux");
        byte[] saved;
        try (InputStream archive =
                docker.saveImageCmd("made/again").withTag("2").exec()) {
            saved = archive.readAllBytes();
        }
        try (InputStream archive =
                docker.saveImagesCmd().withImage("made", "latest").exec()) {
            assertThat(archive.readAllBytes()).isNotEmpty();
        }
        docker.removeImageCmd("made/again:2").exec();
        docker.removeImageCmd("made").withForce(true).exec();
        assertThatThrownBy(() -> docker.inspectImageCmd("made").exec()).isInstanceOf(NotFoundException.class);
        docker.loadImageCmd(new ByteArrayInputStream(saved)).exec();
        assertThat(docker.inspectImageCmd("made/again:2").exec().getRepoTags()).contains("made/again:2");
        docker.loadImageAsyncCmd(new ByteArrayInputStream(saved))
                .exec(new ResultCallback.Adapter<>())
                .awaitCompletion(SECONDS, TimeUnit.SECONDS);
        docker.removeImageCmd("made/again:2").exec();
        assertThatThrownBy(() -> docker.pullImageCmd("127.0.0.1:1/nosuch")
                        .withTag("1")
                        .start()
                        .awaitCompletion(SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(DockerException.class);
        assertThatThrownBy(() -> docker.searchImagesCmd("127.0.0.1:1/x").exec()).isInstanceOf(DockerException.class);
        assertThatThrownBy(() ->
                        docker.pushImageCmd("127.0.0.1:1/nosuch").start().awaitCompletion(SECONDS, TimeUnit.SECONDS))
                .hasMessageContaining("An image does not exist locally with the tag: 127.0.0.1:1/nosuch");
    }

    @Test
    @DisplayName("create, start, list, inspect, pause, unpause, rename, top, restart, stop, kill, wait, remove")
    void theLifeOfAContainer() {
        String id = run("life", "sleep", "1000");

        assertThatThrownBy(() -> create("life", "true")).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> docker.startContainerCmd(id).exec()).isInstanceOf(NotModifiedException.class);
        assertThat(docker.listContainersCmd().withNameFilter(List.of("life")).exec())
                .singleElement()
                .satisfies(container -> assertThat(container.getNames()).containsExactly("/life"));
        docker.pauseContainerCmd(id).exec();
        assertThat(docker.inspectContainerCmd(id).exec().getState().getPaused()).isTrue();
        docker.unpauseContainerCmd(id).exec();
        docker.renameContainerCmd(id).withName("other").exec();
        assertThat(docker.topContainerCmd("other").exec().getProcesses()).hasDimensions(1, 8);
        docker.restartContainerCmd(id).withTimeout(0).exec();
        docker.stopContainerCmd(id).withTimeout(0).exec();
        assertThat(exit(id)).isEqualTo(137);
        assertThatThrownBy(() -> docker.stopContainerCmd(id).exec()).isInstanceOf(NotModifiedException.class);
        docker.startContainerCmd(id).exec();
        docker.killContainerCmd(id).withSignal("KILL").exec();
        assertThat(exit(id)).isEqualTo(137);
        docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
        assertThatThrownBy(() -> docker.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("logs, attach with input, execCreate, execStart, inspectExec, resizeExec, resizeContainer")
    void streams() throws Exception {
        String echo = run("echo", "sh", "-c", "echo out; echo err >&2");
        assertThat(exit(echo)).isZero();
        assertThat(logs(echo)).contains("out\n", "err\n");

        // docker-java does not say that its input has ended, to dockerd neither: cat would wait for more.
        String cat = docker.createContainerCmd("busybox")
                .withCmd("head", "-n", "1")
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId();
        StringBuilder joined = new StringBuilder();
        var attached = docker.attachContainerCmd(cat)
                .withStdIn(new ByteArrayInputStream("through\n".getBytes(StandardCharsets.UTF_8)))
                .withStdOut(true)
                .withFollowStream(true)
                .exec(collector(joined));
        docker.startContainerCmd(cat).exec();
        assertThat(attached.awaitCompletion(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(joined.toString()).isEqualTo("through\n");

        String id = run("exec", "sleep", "1000");
        docker.resizeContainerCmd(id).withSize(30, 100).exec();
        ExecCreateCmdResponse exec = docker.execCreateCmd(id)
                .withCmd("sh", "-c", "head -n 1; exit 3")
                .withAttachStdin(true)
                .withAttachStdout(true)
                .exec();
        StringBuilder said = new StringBuilder();
        docker.execStartCmd(exec.getId())
                .withStdIn(new ByteArrayInputStream("hello\n".getBytes(StandardCharsets.UTF_8)))
                .exec(collector(said))
                .awaitCompletion(SECONDS, TimeUnit.SECONDS);
        assertThat(said.toString()).isEqualTo("hello\n");
        EngineUnderTest.await()
                .until(() -> Long.valueOf(3)
                        .equals(docker.inspectExecCmd(exec.getId()).exec().getExitCodeLong()));

        ExecCreateCmdResponse terminal = docker.execCreateCmd(id)
                .withCmd("sh", "-c", "read go; stty size")
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withTty(true)
                .exec();
        PipedOutputStream typed = new PipedOutputStream();
        StringBuilder shown = new StringBuilder();
        var started = docker.execStartCmd(terminal.getId())
                .withTty(true)
                .withStdIn(new PipedInputStream(typed))
                .exec(collector(shown));
        started.awaitStarted(SECONDS, TimeUnit.SECONDS);
        docker.resizeExecCmd(terminal.getId()).withSize(33, 101).exec();
        typed.write("go\n".getBytes(StandardCharsets.UTF_8));
        typed.flush();
        assertThat(started.awaitCompletion(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(shown.toString()).endsWith("33 101\r\n");
    }

    @Test
    @DisplayName("update, stats")
    void whatAContainerMayUse() throws Exception {
        String id = run("inside", "sleep", "1000");
        docker.updateContainerCmd(id)
                .withMemory(64L << 20)
                .withMemorySwap(128L << 20)
                .exec();
        assertThat(docker.inspectContainerCmd(id).exec().getHostConfig().getMemory())
                .isEqualTo(64L << 20);
        List<Statistics> seen = new CopyOnWriteArrayList<>();
        docker.statsCmd(id)
                .withNoStream(true)
                .exec(new ResultCallback.Adapter<Statistics>() {
                    @Override
                    public void onNext(Statistics statistics) {
                        seen.add(statistics);
                    }
                })
                .awaitCompletion(SECONDS, TimeUnit.SECONDS);
        assertThat(seen)
                .singleElement()
                .satisfies(one -> assertThat(one.getPidsStats().getCurrent()).isEqualTo(1L));
    }

    @Test
    @DisplayName("createVolume, inspectVolume, listVolumes, removeVolume, and a container that has it")
    void volumes() {
        docker.createVolumeCmd().withName("kept").withLabels(Map.of("a", "b")).exec();
        assertThat(docker.inspectVolumeCmd("kept").exec().getMountpoint()).endsWith("/volumes/kept/_data");
        String id = docker.createContainerCmd("busybox")
                .withCmd("sh", "-c", "echo x > /data/f")
                .withHostConfig(HostConfig.newHostConfig()
                        .withNetworkMode("none")
                        .withBinds(new Bind("kept", new Volume("/data"))))
                .exec()
                .getId();
        docker.startContainerCmd(id).exec();
        assertThat(exit(id)).isZero();
        assertThat(docker.listVolumesCmd().exec().getVolumes())
                .extracting(volume -> volume.getName())
                .contains("kept");
        docker.removeContainerCmd(id).exec();
        docker.removeVolumeCmd("kept").exec();
        assertThatThrownBy(() -> docker.inspectVolumeCmd("kept").exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("events, prune")
    void eventsAndPrune() throws Exception {
        List<String> actions = new CopyOnWriteArrayList<>();
        try (var following = docker.eventsCmd()
                .withEventTypeFilter("container")
                .exec(new ResultCallback.Adapter<Event>() {
                    @Override
                    public void onNext(Event event) {
                        actions.add(event.getAction());
                    }
                })) {
            following.awaitStarted(SECONDS, TimeUnit.SECONDS);
            EngineUnderTest.await().until(() -> {
                assertThat(exit(run("told" + actions.size() + System.nanoTime(), "true")))
                        .isZero();
                return actions.contains("die");
            });
        }
        assertThat(actions).contains("create", "start");
        assertThat(docker.pruneCmd(PruneType.CONTAINERS).exec().getSpaceReclaimed())
                .isNotNull();
        assertThat(docker.listContainersCmd().withShowAll(true).exec()).isEmpty();
        docker.pruneCmd(PruneType.IMAGES).exec();
        docker.pruneCmd(PruneType.BUILD).exec();
    }
}

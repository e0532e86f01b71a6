package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Containers.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code --ipc}: real containers; the words of refusals are those that dockerd 20.10.24 was seen to have. */
@Tag("root")
class IpcModeTest {

    private TestEngine engine;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private String run(String name, String mode, String... cmd) {
        String id = engine.containers()
                .create(TestEngine.with(
                        TestEngine.spec(name, false, cmd), Map.of("ipcMode", mode, "shmSize", 4L << 20)))
                .id();
        engine.containers().start(id);
        return id;
    }

    private Path proc(String name) {
        return Path.of("/proc/" + engine.containers().get(name).state().pid());
    }

    private Path ipc(String name) throws IOException {
        return Files.readSymbolicLink(proc(name).resolve("ns/ipc"));
    }

    private int code(String name) throws Exception {
        return engine.containers()
                .await(name, Condition.NOT_RUNNING)
                .get(60, TimeUnit.SECONDS)
                .code();
    }

    private void refused(String mode, Kind kind, String text) {
        String id = engine.containers()
                .create(TestEngine.with(TestEngine.spec("no", false, "true"), Map.of("ipcMode", mode)))
                .id();
        assertThatThrownBy(() -> engine.containers().start(id))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessage(text);
        engine.containers().remove(id, true, false);
    }

    private Path[] mounted() throws IOException {
        try (var places = Files.list(engine.directory.resolve("e/shm"))) {
            return places.toArray(Path[]::new);
        }
    }

    @Test
    @DisplayName("S98: --ipc container:NAME has the other's namespace and /dev/shm, also of one that joined, and over a"
            + " restart of the engine")
    void S98_joined() throws Exception {
        run("donor", "shareable", "sh", "-c", "echo here > /dev/shm/file; sleep 1000");
        await().until(() -> Files.exists(proc("donor").resolve("root/dev/shm/file")));
        run("first", "container:donor", "sh", "-c", "grep -q size=4096k /proc/mounts && sleep 1000");
        assertThat(ipc("first")).isEqualTo(ipc("donor"));
        engine.end();
        engine.begin();
        run("second", "container:first", "sh", "-c", "test \"$(cat /dev/shm/file)\" = here");
        assertThat(code("second")).isZero();

        engine.containers().stop("donor", 0, null);
        await().untilAsserted(() -> assertThat(mounted()).isEmpty());
        assertThat(proc("first").resolve("root/dev/shm/file")).hasContent("here\n");
    }

    @Test
    @DisplayName(
            "S98: as dockerd does, --ipc and --pid container:NAME are kept by id: names may change hands, or go round")
    void S98_joinedById() throws Exception {
        String donor = run("donor", "shareable", "sleep", "1000");
        String joins = engine.containers()
                .create(TestEngine.with(
                        TestEngine.spec("joins", false, "sleep", "1000"),
                        Map.of("ipcMode", "container:donor", "pidMode", "container:" + donor.substring(0, 12))))
                .id();
        assertThat(engine.containers().get("joins").hostConfig().ipcMode()).isEqualTo("container:" + donor);
        assertThat(engine.containers().get("joins").hostConfig().pidMode()).isEqualTo("container:" + donor);

        engine.containers().rename("donor", "before");
        engine.containers().rename("joins", "donor");
        engine.containers().start(joins);
        assertThat(ipc("donor")).isEqualTo(ipc("before"));
        assertThat(Files.readSymbolicLink(proc("donor").resolve("ns/pid")))
                .isEqualTo(Files.readSymbolicLink(proc("before").resolve("ns/pid")));
        engine.containers().stop("donor", 0, null);
        run("other", "shareable", "sleep", "1000");
        engine.containers().start("donor");
        assertThat(ipc("donor")).isEqualTo(ipc("before")).isNotEqualTo(ipc("other"));
    }

    @Test
    @DisplayName("S98: --ipc private, none and host are what they say")
    void S98_alone() throws Exception {
        Path hosts = Files.readSymbolicLink(Path.of("/proc/self/ns/ipc"));
        run("private", "private", "sleep", "1000");
        run("none", "none", "sleep", "1000");
        run("host", "host", "sleep", "1000");
        assertThat(ipc("private")).isNotEqualTo(hosts).isNotEqualTo(ipc("none"));
        assertThat(ipc("none")).isNotEqualTo(hosts);
        assertThat(ipc("host")).isEqualTo(hosts);
        assertThat(Files.readString(proc("none").resolve("mounts"))).doesNotContain("/dev/shm");
        assertThat(Files.readString(proc("private").resolve("mounts"))).contains("shm /dev/shm tmpfs");
        run("joins-host", "container:host", "sleep", "1000");
        assertThat(ipc("joins-host")).isEqualTo(hosts);
    }

    @Test
    @DisplayName("S98: whose IPC cannot be joined is told in dockerd's words, and nothing of it is left")
    void S98_refused() throws Exception {
        String own = run("own", "private", "sleep", "1000");
        String none = run("none", "none", "sleep", "1000");
        String hint = ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)";
        refused("container:own", Kind.SYSTEM, "can't join IPC of container " + own + hint);
        refused("container:none", Kind.SYSTEM, "can't join IPC of container " + none + hint);
        assertThatThrownBy(() -> refused("container:nosuch", Kind.INVALID, ""))
                .as("refused at create already, with 400")
                .isInstanceOf(FeluccaException.class)
                .hasMessage("No such container: nosuch");
        refused("container:", Kind.SYSTEM, "can't join IPC of container : invalid name or ID supplied: \"\"");
        String ended = run("ended", "shareable", "true");
        code("ended");
        refused(
                "container:ended",
                Kind.CONFLICT,
                "can't join IPC of container " + ended + ": container " + ended + " is not running");
        assertThatThrownBy(() -> run("odd", "shareable", "/nosuch")).isInstanceOf(FeluccaException.class);
        await().untilAsserted(() -> assertThat(mounted()).isEmpty());
    }
}

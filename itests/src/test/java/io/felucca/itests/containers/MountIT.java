package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Mounts below mounts: what propagates between a container and the host, and what is read-only all the way down. */
@Timeout(300)
class MountIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path host;

    private Path tree;

    /** A mount of the host, with another below it. */
    @BeforeEach
    void mountTree() throws IOException {
        tree = Files.createDirectory(host.resolve("tree"));
        Program.of("mount", "--bind", tree.toString(), tree.toString()).run().requireOk();
        Program.of("mount", "--make-private", tree.toString()).run().requireOk();
        mountTmpfs(Files.createDirectory(tree.resolve("sub")));
    }

    @AfterEach
    void unmountTree() {
        engine.removeContainers();
        Program.of("umount", "-R", tree.toString()).run().requireOk();
    }

    private static void mountTmpfs(Path point) throws IOException {
        Program.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", point.toString())
                .run()
                .requireOk();
        Files.writeString(point.resolve("here"), "mounted\n");
    }

    private void share(String how) {
        Program.of("mount", how, tree.toString()).run().requireOk();
    }

    @Test
    @DisplayName("rslave: what the host mounts later shows in the container; rprivate, the default: it does not")
    void rslaveFollowsTheHost() throws IOException {
        share("--make-rshared");
        engine.runDetached("--name", "slave", "-v", tree + ":/t:rslave", "busybox", "sleep", "1000");
        engine.runDetached("--name", "private", "-v", tree + ":/t", "busybox", "sleep", "1000");
        mountTmpfs(Files.createDirectory(tree.resolve("later")));

        await().untilAsserted(() -> assertThat(engine.ok("exec", "slave", "cat", "/t/later/here", "/t/sub/here"))
                .isEqualTo("mounted\nmounted"));
        assertThat(engine.ok("exec", "private", "ls", "/t/later", "/t/sub")).isEqualTo("/t/later:\n\n/t/sub:\nhere");
        assertThat(engine.inspect("slave")
                        .path("Mounts")
                        .get(0)
                        .path("Propagation")
                        .textValue())
                .isEqualTo("rslave");
        assertThat(engine.inspect("private")
                        .path("Mounts")
                        .get(0)
                        .path("Propagation")
                        .textValue())
                .isEqualTo("rprivate");
    }

    @Test
    @DisplayName("rshared: what the container mounts shows on the host, and goes with its unmounting")
    void rsharedReachesTheHost() throws IOException {
        share("--make-rshared");
        Files.createDirectory(tree.resolve("inner"));
        engine.runDetached("--name", "shares", "--privileged", "-v", tree + ":/t:rshared", "busybox", "sleep", "1000");
        engine.ok("exec", "shares", "mount", "-t", "tmpfs", "tmpfs", "/t/inner");
        engine.ok("exec", "shares", "sh", "-c", "echo from inside > /t/inner/x");

        assertThat(tree.resolve("inner/x")).hasContent("from inside\n");
        engine.ok("exec", "shares", "umount", "/t/inner");
        assertThat(tree.resolve("inner")).isEmptyDirectory();
    }

    @Test
    @DisplayName("What cannot propagate is refused as dockerd refuses it, and leaves no container running")
    void whatCannotPropagateIsRefused() {
        assertThat(engine.runOnce("-v", tree + ":/t:rshared", "busybox", "true")
                        .run()
                        .requireExit(125)
                        .err())
                .contains("path " + tree + " is mounted on " + tree + " but it is not a shared mount");
        assertThat(engine.runOnce("-v", tree + ":/t:slave", "busybox", "true")
                        .run()
                        .requireExit(125)
                        .err())
                .contains("path " + tree + " is mounted on " + tree + " but it is not a shared or slave mount");
        assertThat(engine.ok("ps", "-aq")).isEmpty();
    }

    @Test
    @DisplayName("S128 a read-only bind is so all the way down; bind-recursive and bind-nonrecursive say else")
    void S128_recursivelyReadOnly() {
        String writes = "touch /t/sub/x && echo written";
        assertThat(engine.runOnce("-v", tree + ":/t:ro", "busybox", "sh", "-c", writes)
                        .run()
                        .requireExit(1)
                        .err())
                .contains("Read-only file system");
        String bind = "type=bind,source=" + tree + ",target=/t,readonly,bind-recursive=";
        assertThat(engine.runOnce("--mount", bind + "writable", "busybox", "sh", "-c", writes)
                        .ok())
                .isEqualTo("written");
        assertThat(engine.runOnce(
                                "--mount",
                                bind + "readonly,bind-propagation=rprivate",
                                "busybox",
                                "sh",
                                "-c",
                                writes + " || cat /t/sub/here")
                        .ok())
                .isEqualTo("mounted");
        assertThat(engine.runOnce("--mount", bind + "disabled", "busybox", "ls", "/t/sub")
                        .ok())
                .as("what is mounted below is not taken along")
                .isEmpty();
        assertThat(engine.runOnce(
                                "--mount",
                                "type=bind,source=" + tree + ",target=/t,bind-nonrecursive",
                                "busybox",
                                "ls",
                                "/t/sub")
                        .ok())
                .isEmpty();
    }
}

package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of mount source on every kind of target: missing, present, or a link; read-only and writable; by {@code -v} and
 * by {@code --mount}; with crun and with runc. All mounts of a table are those of one container.
 */
@Timeout(300)
class MountTableIT {

    /** Hides crun from the engine, so that it takes runc. */
    private static final String WITHOUT_CRUN = "mount --bind /bin/false \"$(command -v crun)\"; exec \"$@\"";

    @RegisterExtension
    static final EngineUnderTest crun = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final EngineUnderTest runc = EngineUnderTest.withBusybox("--bridge", "none")
            .startedBy("unshare", "--mount", "--propagation", "private", "sh", "-ec", WITHOUT_CRUN, "sh");

    private static final List<String> TARGETS = List.of("missing", "present", "link");

    /** What a container finds at a target: the test(1) of its type. */
    private enum Kind {
        FILE("-f"),
        DIRECTORY("-d"),
        SOCKET("-S"),
        DEVICE("-c"),
        VOLUME("-d"),
        VOLUME_FILE("-f"),
        VOLUME_DIRECTORY("-d");

        private final String test;

        Kind(String test) {
            this.test = test;
        }

        boolean isDirectory() {
            return test.equals("-d");
        }
    }

    private record Case(Kind kind, String target, boolean readOnly, boolean byMount) {

        /** A path of its own in the container. */
        String path() {
            return "/" + target + "/" + kind + (readOnly ? "-ro" : "-rw") + (byMount ? "-mount" : "-v");
        }

        /** Where the link leads. */
        String mountPoint() {
            return target.equals("link") ? path().replaceFirst("^/link/", "/linked/") : path();
        }

        List<String> words(String source, String subpath) {
            if (!byMount) {
                return List.of("-v", source + ":" + path() + (readOnly ? ":ro" : ""));
            }
            String type = source.startsWith("/") ? "bind" : "volume";
            return List.of(
                    "--mount",
                    "type=" + type + ",source=" + source + ",target=" + path() + (readOnly ? ",readonly" : "")
                            + (subpath.isEmpty() ? "" : ",volume-subpath=" + subpath));
        }
    }

    @TempDir
    Path host;

    private static List<Case> table() {
        List<Case> table = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (String target : TARGETS) {
                for (boolean readOnly : new boolean[] {true, false}) {
                    table.add(new Case(kind, target, readOnly, true));
                    if (kind != Kind.VOLUME_FILE && kind != Kind.VOLUME_DIRECTORY) {
                        table.add(new Case(kind, target, readOnly, false));
                    }
                }
            }
        }
        return table;
    }

    @Test
    @DisplayName("S126 crun mounts a file, directory, socket, device and part of a volume, read-only or writable")
    void crunMountsTheTable() throws IOException {
        everyCaseHolds(crun, "crun");
    }

    @Test
    @DisplayName("S126 runc mounts a file, directory, socket, device and part of a volume, read-only or writable")
    void runcMountsTheTable() throws IOException {
        everyCaseHolds(runc, "runc");
    }

    @Test
    @DisplayName("S128 a bind above the data root is mounted where / is a private mount, unless rslave was asked for")
    void bindsAboveTheDataRootWherePrivate() throws IOException {
        Files.writeString(host.resolve("file"), "content\n");
        for (String source : List.of("/", runc.folder().getParent().toString())) {
            String file = source.equals("/") ? host.toString() : host.toString().substring(source.length());
            assertThat(runc.runOnce("-v", source + ":/host", "busybox", "cat", "/host" + file + "/file")
                            .ok())
                    .isEqualTo("content");
        }
        assertThat(runc.runOnce("-v", "/:/host:rslave", "busybox", "true")
                        .run()
                        .requireExit(125)
                        .err())
                .contains("path / is mounted on / but it is not a shared or slave mount");
    }

    private void everyCaseHolds(EngineUnderTest engine, String runtime) throws IOException {
        makeImage(engine);
        engine.runOnce("-v", "vol:/v", "busybox", "sh", "-c", "mkdir /v/dir; echo content >/v/file")
                .run()
                .requireOk();
        Files.writeString(host.resolve("file"), "content\n");
        Files.createDirectory(host.resolve("dir"));
        Program.of("mknod", host.resolve("device").toString(), "c", "1", "3")
                .run()
                .requireOk();
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            // sun_path holds 108 bytes: the engine's folder has the shorter name.
            Path address = engine.folder().resolve("socket");
            socket.bind(UnixDomainSocketAddress.of(address));
            List<String> words = new ArrayList<>(List.of("run", "-d", "--name", "table", "--network", "none"));
            for (Case one : table()) {
                words.addAll(one.words(source(one.kind(), address), subpath(one.kind())));
            }
            words.addAll(List.of("table", "sleep", "1000"));
            engine.ok(words.toArray(String[]::new));
            Files.delete(address);
        }
        assertThat(MachineState.processesOf(engine.folder())).anyMatch(process -> process.contains(runtime));

        assertThat(engine.ok("exec", "table", "sh", "-c", script()).lines())
                .containsExactlyElementsOf(
                        table().stream().map(MountTableIT::expected).toList());
        engine.ok("rm", "-f", "table");
        engine.ok("rmi", "table");
        engine.ok("volume", "rm", "vol");
    }

    private String source(Kind kind, Path socket) {
        return switch (kind) {
            case FILE -> host.resolve("file").toString();
            case DIRECTORY -> host.resolve("dir").toString();
            case DEVICE -> host.resolve("device").toString();
            case SOCKET -> socket.toString();
            case VOLUME, VOLUME_FILE, VOLUME_DIRECTORY -> "vol";
        };
    }

    private static String subpath(Kind kind) {
        return kind == Kind.VOLUME_FILE ? "file" : kind == Kind.VOLUME_DIRECTORY ? "dir" : "";
    }

    /** Its targets that are to be present, and the links with what they lead to. */
    private static void makeImage(EngineUnderTest engine) {
        StringBuilder script = new StringBuilder("mkdir /present /link /linked");
        for (Case one : table()) {
            if (!one.target().equals("missing")) {
                script.append(one.kind().isDirectory() ? "; mkdir " : "; >").append(one.mountPoint());
            }
            if (one.target().equals("link")) {
                script.append("; ln -s ").append(one.mountPoint()).append(' ').append(one.path());
            }
        }
        engine.runDetached("--name", "maker", "busybox", "sh", "-ec", script.toString());
        assertThat(engine.ok("wait", "maker")).isEqualTo("0");
        engine.ok("commit", "maker", "table");
        engine.ok("rm", "maker");
    }

    /** Says a line for each mount: its path, its type's test, the kernel's flag, whether it could be written to. */
    private static String script() {
        StringBuilder script = new StringBuilder();
        for (Case one : table()) {
            script.append("echo ").append(one.path());
            script.append(" $([ ").append(one.kind().test).append(' ').append(one.path());
            script.append(" ] && echo ").append(one.kind().test).append(')');
            script.append(" $(awk '$5 == \"").append(one.mountPoint());
            script.append("\" { print substr($6, 1, 2) }' /proc/self/mountinfo)");
            script.append(" $(").append(write(one)).append(" 2>/dev/null && echo written);");
        }
        return script.toString();
    }

    private static String write(Case one) {
        return switch (one.kind()) {
            case FILE, VOLUME_FILE -> "echo more >>" + one.path();
            case DIRECTORY, VOLUME, VOLUME_DIRECTORY -> "touch " + one.path() + "/new";
            // Not the inode: what is behind a socket or a device is no part of the mount.
            case SOCKET, DEVICE -> "touch " + one.path();
        };
    }

    private static String expected(Case one) {
        return one.path() + " " + one.kind().test + (one.readOnly() ? " ro" : " rw written");
    }
}

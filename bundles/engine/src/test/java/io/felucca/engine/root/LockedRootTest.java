package io.felucca.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedRootTest {

    @TempDir
    Path folder;

    private LockedRoot open() {
        return open("data", "exec");
    }

    private LockedRoot open(String data, String exec) {
        return open(folder.resolve(data), folder.resolve(exec));
    }

    private static LockedRoot open(Path data, Path exec) {
        return new LockedRoot(data, exec, IdMap.NONE, new KernelDirectories());
    }

    private static FeluccaException.Kind kind(Throwable thrown) {
        return ((FeluccaException) thrown).kind();
    }

    @Test
    @DisplayName("B5 Another user than root is told so in one line that names the folder")
    void anotherUserIsToldSo() {
        assertThatThrownBy(() -> LockedRoot.requireRoot("/var/lib/felucca", 1000))
                .satisfies(thrown -> assertThat(kind(thrown)).isEqualTo(FeluccaException.Kind.FORBIDDEN))
                .hasMessage("the felucca engine needs root privileges, and this process runs as user 1000: start it as"
                        + " root; nothing was done to /var/lib/felucca");
        assertThat(LockedRoot.requireRoot("/var/lib/felucca", 0)).isEqualTo(Path.of("/var/lib/felucca"));
    }

    @Test
    @DisplayName("T16: no other user passes the roots, whatever their modes were")
    void T16_noOtherUserPassesTheRoots() throws Exception {
        Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        LockedRoot root = open();

        for (Path each : List.of(root.dataRoot(), root.execRoot())) {
            assertThat(Files.readAttributes(each, "unix:mode,gid"))
                    .containsEntry("mode", 040710)
                    .containsEntry("gid", Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
        }
        root.close();
    }

    @Tag("root")
    @Test
    @DisplayName("T16, T21: the group of a remapped root passes the roots, and no longer once there is no remap")
    void T16_theRemappedRootPasses() throws Exception {
        IdMap map = new IdMap(List.of(new IdMap.Range(0, 500_000, 10)), List.of(new IdMap.Range(0, 600_000, 10)));
        LockedRoot root = new LockedRoot(folder.resolve("data"), folder.resolve("exec"), map, new KernelDirectories());

        for (Path each : List.of(root.dataRoot(), root.execRoot())) {
            assertThat(Files.readAttributes(each, "unix:mode,uid,gid"))
                    .containsEntry("mode", 040710)
                    .containsEntry("uid", Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                    .containsEntry("gid", 600_000);
        }
        root.close();
        open().close();
        assertThat(Files.getAttribute(folder.resolve("data"), "unix:gid"))
                .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    @Test
    void theIdStaysWithTheDataRoot() {
        LockedRoot first = open();
        String id = first.id();
        first.close();
        LockedRoot second = open();

        assertThat(id).matches("[0-9a-f]{12}");
        assertThat(second.id()).isEqualTo(id);
        second.close();
    }

    @Test
    void aSecondEngineInThisProcessIsRefused() {
        LockedRoot first = open();

        assertThatThrownBy(this::open)
                .hasMessage("data root " + folder.resolve("data") + " is in use by another engine (process "
                        + ProcessHandle.current().pid() + "): stop that one, or give this one a data root of its own")
                .extracting(LockedRootTest::kind)
                .isEqualTo(FeluccaException.Kind.CONFLICT);
        first.close();
        open().close();
    }

    @Test
    @DisplayName("issue 11: an engine with another data root and the same exec root is refused, and takes nothing")
    void aSecondEngineOnTheSameExecRootIsRefused() {
        LockedRoot first = open("data", "exec");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> open("other", "exec"))
                    .hasMessage("exec root " + folder.resolve("exec") + " is in use by another engine (process "
                            + ProcessHandle.current().pid()
                            + "): stop that one, or give this one an exec root of its own")
                    .extracting(LockedRootTest::kind)
                    .isEqualTo(FeluccaException.Kind.CONFLICT);
        }
        open("other", "free").close();
        first.close();
        open("other", "exec").close();
    }

    @Test
    @DisplayName("issue 11: an exec root with living containers of an engine that is away is refused to another engine")
    void containersOfAnEngineThatIsAwayAreSafe() throws Exception {
        open("data", "exec").close();
        Process monitor = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read line; true",
                        "conmon",
                        "--bundle",
                        folder.resolve("exec/c/1").toString())
                .start();
        try {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> open("other", "exec"))
                        .hasMessage("exec root " + folder.resolve("exec") + " serves running containers of the engine"
                                + " with the data root " + folder.resolve("data")
                                + ": start that one and stop them, or give this one an exec root of its own")
                        .extracting(LockedRootTest::kind)
                        .isEqualTo(FeluccaException.Kind.CONFLICT);
            }
            open("data", "exec").close();
            Files.move(folder.resolve("data"), folder.resolve("moved"));
            open("moved", "exec").close();
        } finally {
            monitor.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        open("other", "exec").close();
        open("moved", "exec").close();
    }

    @Test
    @DisplayName(
            "issue 11: an engine that is refused does not release the lock of the engine beside it in this process")
    void aRefusedEngineDoesNotReleaseTheLock() throws Exception {
        LockedRoot first = open();
        assertThatThrownBy(this::open).isInstanceOf(FeluccaException.class);

        for (String root : List.of("data", "exec")) {
            Process other = holder(folder.resolve(root).resolve("engine.lock"));
            try {
                assertThat(other.getInputStream().read())
                        .as("the lock of the %s root is free", root)
                        .isEqualTo('-');
            } finally {
                other.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            }
        }
        first.close();
    }

    @Test
    @DisplayName("issue 11: symbolic links in a root are resolved once, and lead to the same lock")
    void linksAreResolved() throws Exception {
        Path real = Files.createDirectories(folder.toRealPath().resolve("real"));
        Files.createSymbolicLink(folder.resolve("link"), real);
        Files.createSymbolicLink(folder.resolve("data"), Files.createDirectory(real.resolve("d")));
        LockedRoot first = open(folder.resolve("data"), folder.resolve("link/exec"));

        assertThat(first.dataRoot()).isEqualTo(real.resolve("d"));
        assertThat(first.execRoot()).isEqualTo(real.resolve("exec"));
        assertThatThrownBy(() -> open(real.resolve("d"), folder.resolve("other")))
                .hasMessageContaining("data root " + real.resolve("d") + " is in use");
        assertThatThrownBy(() -> open(folder.resolve("link/both"), real.resolve("both")))
                .hasMessageContaining("choose two folders");
        first.close();
    }

    @Test
    void aSecondEngineInAnotherProcessIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Process other = holder(folder.resolve("data/engine.lock"));
        try {
            assertThat(other.getInputStream().read()).isEqualTo('L');

            assertThatThrownBy(this::open)
                    .hasMessageContaining("is in use by another engine (process " + other.pid() + ")")
                    .extracting(LockedRootTest::kind)
                    .isEqualTo(FeluccaException.Kind.CONFLICT);
        } finally {
            other.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        open().close();
    }

    /** Another JVM, which holds the lock until its stdin ends. */
    private static Process holder(Path lock) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .start();
    }

    /** Holds a lock as another engine would; tells whether it could by a letter or a dash. */
    static final class LockHolder {
        public static void main(String[] args) throws Exception {
            try (FileChannel channel =
                    FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (channel.tryLock() == null) {
                    System.out.write('-');
                    System.out.flush();
                    return;
                }
                channel.write(
                        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                System.out.write('L');
                System.out.flush();
                System.in.read();
            }
        }
    }

    @Test
    void aBrokenIdIsAnErrorAndGivesTheLockBack() throws Exception {
        open().close();
        Path id = folder.resolve("data/engine-id");
        String good = Files.readString(id);
        Files.writeString(id, "junk");

        assertThatThrownBy(this::open)
                .hasMessageStartingWith("engine id in " + id + " is not 12 hexadecimal digits")
                .extracting(LockedRootTest::kind)
                .isEqualTo(FeluccaException.Kind.SYSTEM);
        Files.writeString(id, good);
        open().close();
    }

    @Test
    void pathsThatCannotServeAreInvalid() {
        assertThatThrownBy(() -> open(Path.of("relative"), folder.resolve("exec")))
                .hasMessage("data root relative is not an absolute path");
        assertThatThrownBy(() -> open(folder.resolve("名"), folder.resolve("exec")))
                .hasMessageContaining("only ASCII without spaces can be used");
        assertThatThrownBy(() -> open(folder.resolve("d"), folder.resolve("x".repeat(80))))
                .hasMessageContaining("is longer than 60 bytes");
        assertThatThrownBy(() -> open(folder.resolve("d"), folder.resolve("d")))
                .hasMessageContaining("choose two folders")
                .extracting(LockedRootTest::kind)
                .isEqualTo(FeluccaException.Kind.INVALID);
    }
}

package io.felucca.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedRootTest {

    @TempDir
    Path folder;

    private LockedRoot open() {
        return new LockedRoot(folder.resolve("data"), folder.resolve("exec"));
    }

    private static FeluccaException.Kind kind(Throwable thrown) {
        return ((FeluccaException) thrown).kind();
    }

    @Test
    @DisplayName("T16: no other user can list the roots")
    void T16_rootsArePassedAndNotListed() throws Exception {
        Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        LockedRoot root = open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.dataRoot())))
                .isEqualTo("rwx--x--x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.execRoot())))
                .isEqualTo("rwx--x--x");
        root.close();
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
    void aSecondEngineInAnotherProcessIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path lock = folder.resolve("data/engine.lock");
        // Another JVM holds the lock until its stdin ends.
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .start();
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

    /** Holds a lock as another engine would. */
    static final class LockHolder {
        public static void main(String[] args) throws Exception {
            try (FileChannel channel =
                    FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes()));
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
        assertThatThrownBy(() -> new LockedRoot(Path.of("relative"), folder.resolve("exec")))
                .hasMessage("data root relative is not an absolute path");
        assertThatThrownBy(() -> new LockedRoot(folder.resolve("名"), folder.resolve("exec")))
                .hasMessageContaining("only ASCII without spaces can be used");
        assertThatThrownBy(() -> new LockedRoot(folder.resolve("d"), folder.resolve("x".repeat(80))))
                .hasMessageContaining("is longer than 60 bytes");
        assertThatThrownBy(() -> new LockedRoot(folder.resolve("d"), folder.resolve("d")))
                .hasMessageContaining("choose two folders")
                .extracting(LockedRootTest::kind)
                .isEqualTo(FeluccaException.Kind.INVALID);
    }
}

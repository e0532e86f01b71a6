package io.felucca.linux.kernel.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.kernel.mounts.KernelMounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root. */
class KernelDirectoryTest {

    private static final byte[] ODD = {'a', (byte) 0xff, '\n', 'b'};

    @TempDir
    Path folder;

    private final Directories directories = new KernelDirectories();
    private Directory root;

    @BeforeEach
    void open() {
        root = directories.open(folder);
    }

    @AfterEach
    void close() {
        root.list().forEach(entry -> root.removeTree(entry.name()));
        root.close();
    }

    private static byte[] b(String text) {
        return text.getBytes(UTF_8);
    }

    private void file(byte[] name, String content) {
        try (OpenFile file = root.createFile(name, 0644)) {
            file.writeFully(ByteBuffer.wrap(b(content)));
        }
    }

    @Test
    void namesAreBytesWhateverTheLocale() {
        file(ODD, "x");
        file(b("名"), "y");

        assertThat(root.list().stream().map(e -> HexFormat.of().formatHex(e.name())))
                .containsExactlyInAnyOrder("61ff0a62", HexFormat.of().formatHex(b("名")));
        assertThat(root.stat(ODD).sizeBytes()).isEqualTo(1);
        assertThat(root.unlink(ODD)).isTrue();
        assertThat(root.unlink(ODD)).isFalse();
    }

    @Test
    void aDirectoryThatIsRemovedWhileItIsReadHasNoMoreNames() {
        root.makeDirectory(b("d"), 0755);
        try (Directory d = root.openDirectory(b("d"), Resolve.NO_SYMLINKS)) {
            d.makeDirectory(b("e"), 0755);
            Iterator<DirectoryEntry> names = d.entries().iterator();
            names.next();
            root.removeTree(b("d"));
            assertThat(names.hasNext()).isFalse();
            assertThat(d.list()).isEmpty();
        }
    }

    @Test
    void whatIsNoSingleNameIsRefused() {
        for (String name : List.of("", ".", "..", "a/b", "a\0b")) {
            assertThatThrownBy(() -> root.makeDirectory(b(name), 0755))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        }
    }

    @Tag("root")
    @Test
    void everyKindOfInodeIsMadeAndSeenExactly() {
        root.makeDirectory(b("d"), 0700);
        root.makeNode(b("null"), FileType.CHARACTER_DEVICE, 0666, 1L << 32 | 3);
        root.makeNode(b("big"), FileType.BLOCK_DEVICE, 0600, 259L << 32 | 70000);
        root.makeNode(b("fifo"), FileType.FIFO, 0600, 0);
        root.makeNode(b("whiteout"), FileType.CHARACTER_DEVICE, 0, 0);
        root.makeSymlink(b("link"), ODD);
        file(b("f"), "content");
        root.makeLink(root, b("f"), b("f2"));
        root.makeLink(root, b("link"), b("link2"));

        assertThat(root.stat(b("d")).type()).isEqualTo(FileType.DIRECTORY);
        assertThat(root.stat(b("null")).rdev()).isEqualTo(1L << 32 | 3);
        assertThat(root.stat(b("big")).rdev()).isEqualTo(259L << 32 | 70000);
        assertThat(root.stat(b("fifo")).type()).isEqualTo(FileType.FIFO);
        assertThat(root.stat(b("whiteout")).isWhiteout()).isTrue();
        assertThat(root.stat(b("null")).isWhiteout()).isFalse();
        assertThat(root.readSymlink(b("link2"))).isEqualTo(ODD);
        assertThat(root.stat(b("f")).links()).isEqualTo(2);
        assertThat(root.stat(b("f")).sameInode(root.stat(b("f2")))).isTrue();
        assertThat(root.list().stream()
                        .filter(e -> e.type() == FileType.SYMLINK)
                        .map(DirectoryEntry::name)
                        .map(String::new))
                .containsExactlyInAnyOrder("link", "link2");
    }

    @Tag("root")
    @Test
    void ownersModesAndTimesAreExact() {
        Stat.Time old = new Stat.Time(-5, 123_456_789);
        Stat.Time time = new Stat.Time(1_600_000_000, 987_654_321);
        file(b("f"), "");
        root.makeSymlink(b("l"), b("f"));
        root.setOwner(b("f"), 1000, 70_000);
        root.setMode(b("f"), 06755);
        root.setTimes(b("f"), time, old);
        root.setOwner(b("l"), 7, 8);
        root.setTimes(b("l"), old, time);

        Stat file = root.stat(b("f"));
        assertThat(file.uid()).isEqualTo(1000);
        assertThat(file.gid()).isEqualTo(70_000);
        assertThat(file.mode()).isEqualTo(06755);
        assertThat(file.modified()).isEqualTo(old);
        assertThat(file.accessed()).isEqualTo(time);
        Stat link = root.stat(b("l"));
        assertThat(link.uid()).isEqualTo(7);
        assertThat(link.modified()).isEqualTo(time);

        try (Directory self = root.openDirectory(b("."), Resolve.BENEATH)) {
            self.setMode(01777);
            self.setTimes(time, old);
            assertThat(self.stat().mode()).isEqualTo(01777);
            assertThat(self.stat().modified()).isEqualTo(old);
        }
    }

    @Tag("root")
    @Test
    void extendedAttributesAreReadAndWrittenWithoutFollowing() {
        file(ODD, "");
        root.makeSymlink(b("l"), ODD);
        byte[] value = {0, 1, (byte) 0xfe};
        root.setXattr(ODD, b("trusted.one"), value);
        root.setXattr(b("l"), b("trusted.link"), b("v"));

        assertThat(root.xattr(ODD, b("trusted.one"))).contains(value);
        assertThat(root.xattr(ODD, b("trusted.link"))).isEmpty();
        List<Xattr> ofLink = root.xattrs(b("l"));
        assertThat(ofLink).hasSize(1);
        assertThat(new String(ofLink.get(0).name(), UTF_8)).isEqualTo("trusted.link");
        assertThat(root.removeXattr(ODD, b("trusted.one"))).isTrue();
        assertThat(root.removeXattr(ODD, b("trusted.one"))).isFalse();
        try (OpenFile file = root.openFile(ODD)) {
            file.setXattr(b("user.x"), value);
            assertThat(file.xattrs()).hasSize(1);
        }
    }

    @Test
    void T9_pathsNeverLeaveTheDirectory() throws IOException {
        root.makeDirectory(b("in"), 0755);
        root.makeSymlink(b("out"), b("/etc"));
        root.makeSymlink(b("up"), b("../.."));
        Files.createDirectory(folder.resolve("etc"));

        try (Directory inside = root.openDirectory(b("out"), Resolve.IN_ROOT)) {
            assertThat(inside.stat().inode()).isEqualTo(root.stat(b("etc")).inode());
        }
        try (Directory inside = root.openDirectory(b("up/../in"), Resolve.IN_ROOT)) {
            assertThat(inside.stat().inode()).isEqualTo(root.stat(b("in")).inode());
        }
        for (String path : List.of("out", "up", "../x", "/etc")) {
            assertThatThrownBy(() -> root.openDirectory(b(path), Resolve.BENEATH))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        }
        root.makeSymlink(b("inlink"), b("in"));
        assertThatThrownBy(() -> root.openDirectory(b("inlink"), Resolve.NO_SYMLINKS))
                .hasMessageContaining("ELOOP");
        assertThat(root.findDirectory(b("none"), Resolve.BENEATH)).isEmpty();
    }

    @Test
    void openFileRefusesAFifoWithoutHanging() {
        root.makeNode(b("fifo"), FileType.FIFO, 0600, 0);
        assertThatThrownBy(() -> root.openFile(b("fifo"))).hasMessage("not a regular file: " + folder + "/fifo");
    }

    @Test
    void holesAreFoundMadeAndCopied() {
        try (OpenFile file = root.createFile(b("sparse"), 0600);
                OpenFile copy = root.createFile(b("copy"), 0600)) {
            file.truncate(3 << 20);
            file.writeAt(ByteBuffer.wrap(b("data")), 1 << 20);
            assertThat(file.nextData(0)).isEqualTo(1 << 20);
            assertThat(file.nextHole(0)).isZero();
            assertThat(file.nextHole(1 << 20)).isLessThan(2 << 20);
            assertThat(file.nextData(2 << 20)).isEqualTo(-1);
            assertThat(file.stat().blocks() * 512).isLessThan(1 << 20);

            assertThat(file.copyTo(copy, 1 << 20, 4)).isEqualTo(4);
            ByteBuffer read = ByteBuffer.allocateDirect(4);
            copy.readAt(read, 1 << 20);
            assertThat(UTF_8.decode(read.flip()).toString()).isEqualTo("data");
            file.punchHole(1 << 20, 1 << 20);
            assertThat(file.nextData(0)).isEqualTo(-1);
            file.cloneTo(copy);
        }
    }

    @Test
    void aTreeIsRemovedInAnyDepth() {
        int depth = 1500;
        root.makeDirectory(b("top"), 0755);
        Directory at = root.openDirectory(b("top"), Resolve.BENEATH);
        for (int i = 0; i < depth; i++) {
            at.makeDirectory(b("a-name-of-some-length"), 0755);
            at.makeNode(b("file"), FileType.REGULAR, 0, 0);
            Directory next = at.openDirectory(b("a-name-of-some-length"), Resolve.BENEATH);
            at.close();
            at = next;
        }
        at.close();
        root.makeSymlink(b("link"), b("top"));

        assertThat(root.removeTree(b("link"))).isTrue();
        assertThat(root.find(b("top"))).isPresent();
        assertThat(root.removeTree(b("top"))).isTrue();
        assertThat(root.removeTree(b("top"))).isFalse();
        assertThat(root.list()).isEmpty();
    }

    @Tag("root")
    @Test
    void aTreeWithAMountInItIsNotEntered() throws IOException {
        Path mountPoint = Files.createDirectories(folder.resolve("tree/mnt"));
        Path kept = Files.createDirectories(folder.resolve("kept"));
        Files.writeString(kept.resolve("precious"), "x");
        KernelMounts mounts = new KernelMounts();
        mounts.mount(io.felucca.storage.spi.Mount.bind(kept.toString()), mountPoint);
        try {
            assertThatThrownBy(() -> root.removeTree(b("tree")))
                    .hasMessage("cannot remove " + folder + "/tree/mnt: something is mounted on it");
            assertThat(kept.resolve("precious")).exists();
        } finally {
            mounts.unmount(mountPoint, false);
        }
    }

    @Test
    void directoriesAreSpreadWhereTheFilesystemTakesTheHint() throws Exception {
        boolean takesIt = root.fileSystem().typeName().equals("extfs");

        assertThat(root.spreadDirectories()).isEqualTo(takesIt);
        assertThat(root.spreadDirectories()).isEqualTo(takesIt);

        if (takesIt) {
            Process lsattr = new ProcessBuilder("lsattr", "-d", folder.toString()).start();
            String flags = new String(lsattr.getInputStream().readAllBytes(), UTF_8);
            assertThat(flags.substring(0, flags.indexOf(' '))).contains("T");
        }
    }

    @Tag("root")
    @Test
    void directoriesAreNotSpreadWhereThereIsNoHint() throws IOException {
        KernelMounts mounts = new KernelMounts();
        Path memory = Files.createDirectories(folder.resolve("memory"));
        mounts.mount(new io.felucca.storage.spi.Mount("tmpfs", "memory", "", List.of(), io.felucca.IdMap.NONE), memory);
        try (Directory there = directories.open(memory)) {
            assertThat(there.spreadDirectories()).isFalse();
        } finally {
            mounts.unmount(memory, false);
        }
    }

    @Test
    void aLockIsHeldOnce() {
        try (OpenFile first = directories.openFile(folder.resolve("lock"), Open.READ_WRITE | Open.CREATE, 0600);
                OpenFile second = directories.openFile(folder.resolve("lock"), Open.READ_WRITE, 0)) {
            assertThat(first.tryLock(true)).isTrue();
            assertThat(second.tryLock(true)).isFalse();
            first.close();
            assertThat(second.tryLock(true)).isTrue();
        }
    }

    @Test
    void errorsNameCallPathAndReason() {
        assertThatThrownBy(() -> root.stat(b("none")))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessage("statx " + folder + "/none: ENOENT (No such file or directory)");
        root.makeDirectory(b("d"), 0755);
        assertThat(root.tryMakeDirectory(b("d"), 0755)).isFalse();
        assertThatThrownBy(() -> root.makeDirectory(b("d"), 0755))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        assertThatThrownBy(() -> root.find(b("x".repeat(256))))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void aFileSystemTellsItsTypeAndRoom() {
        assertThat(directories.fileSystem(Path.of("/proc")).type()).isEqualTo(0x9fa0);
        assertThat(directories.fileSystem(folder).totalBytes()).isPositive();
    }
}

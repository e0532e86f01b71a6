package io.felucca.images.layers;

import static io.felucca.images.layers.Trees.bytes;
import static io.felucca.images.layers.Trees.directory;
import static io.felucca.images.layers.Trees.entry;
import static io.felucca.images.layers.Trees.link;
import static io.felucca.images.layers.Trees.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.images.layers.Trees.Archive;
import io.felucca.images.tar.TarEntry;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.Mount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Needs root. */
@Tag("root")
class LayerApplierTest {

    @TempDir
    Path folder;

    private final Directories directories = new KernelDirectories();
    private Path target;
    private Directory root;

    @BeforeEach
    void open() throws IOException {
        target = Files.createDirectory(folder.resolve("target"));
        root = directories.open(target);
    }

    @AfterEach
    void close() {
        root.close();
        // Names that are not text in this locale the JDK cannot remove.
        sh(folder, "rm -rf -- *");
    }

    private Applied apply(Archive archive) {
        return LayerApplier.apply(archive.stream(), root, Whiteouts.PLAIN, Limits.NONE);
    }

    private void applyTar(byte[] tar) {
        LayerApplier.apply(new ByteArrayInputStream(tar), root, Whiteouts.PLAIN, Limits.NONE);
    }

    private Path realTree() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        sh(tree, """
                mkdir -p etc usr/bin tmp empty 'a dir'
                echo root:x:0:0 > etc/passwd; chown 5:70000 etc/passwd; chmod 640 etc/passwd
                touch -d '2001-02-03 04:05:06.123456789' etc/passwd
                touch -d '1965-01-01 00:00:00.5' etc/old
                echo bin > usr/bin/tool; chmod 6755 usr/bin/tool
                ln usr/bin/tool usr/bin/tool2; ln usr/bin/tool z-link
                ln -s ../bin/tool usr/bin/rel; ln -s /etc/passwd abs; chown -h 7:8 abs
                touch -h -d '2011-02-03 04:05:06.7' abs
                printf x > $'odd\\xff\\nname'; printf y > 名; ln -s $'to\\xff' $'link\\xff'
                mknod -m 666 null c 1 3; mknod -m 600 disk b 259 70000; mkfifo -m 622 fifo
                chmod 1777 tmp; chmod 2755 usr; chown 1000:1000 'a dir'
                long=$(printf 'l%.0s' $(seq 120)); mkdir -p $long/$long; echo deep > $long/$long/$long
                ln -s $long/$long/$long longlink; ln $long/$long/$long hard-to-long
                truncate -s 5M sparse; printf data | dd of=sparse bs=1 seek=2097152 conv=notrunc status=none
                printf end | dd of=sparse bs=1 seek=5242877 conv=notrunc status=none
                truncate -s 1M hole; : > void
                touch -d '2002-01-01 00:00:00.25' empty usr/bin usr tmp .
                """);
        try (Directory open = directories.open(tree)) {
            open.setXattr(bytes("z-link"), bytes("user.text"), bytes("value=1\nx"));
            open.setXattr(bytes("z-link"), bytes("trusted.bin"), new byte[] {0, (byte) 0xff, 10, 0});
            byte[] capability = new byte[20];
            capability[0] = 1;
            capability[3] = 2;
            capability[4] = 4;
            open.setXattr(bytes("z-link"), bytes("security.capability"), capability);
            open.setXattr(bytes("empty"), bytes("trusted.dir"), bytes("d"));
            open.setXattr(bytes("abs"), bytes("trusted.link"), bytes("l"));
        }
        return tree;
    }

    @ParameterizedTest
    @DisplayName("a tree comes out of GNU tar's archive as it went in")
    @ValueSource(
            strings = {"--format=posix", "--format=posix --sparse-version=0.0", "--format=posix --sparse-version=0.1"})
    void posixArchivesAreExact(String options) throws IOException {
        Path tree = realTree();
        applyTar(sh(tree, "tar --create --sparse --xattrs --xattrs-include='*' --numeric-owner " + options + " ."));
        Trees.assertSame(target, tree);
    }

    @Test
    void gnuArchivesAreExactButForNanoseconds() throws IOException {
        Path tree = realTree();
        sh(tree, "find . -print0 | xargs -0 touch -h -d '2003-03-03 03:03:03'");
        byte[] tar = sh(tree, "tar --create --sparse --format=gnu --numeric-owner .");
        applyTar(tar);
        assertThat(Trees.listing(target)).isEqualTo(Trees.listing(tree));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "ustar"})
    void olderFormatsAreRead(String format) throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        sh(tree, "mkdir -p d/" + "s".repeat(60) + "; echo x > d/f; ln -s f d/l; ln d/f d/h");
        sh(tree, "echo y > d/" + "s".repeat(60) + "/" + "f".repeat(format.equals("v7") ? 30 : 90));
        sh(tree, "find . -print0 | xargs -0 touch -h -d '2003-03-03 03:03:03'");
        applyTar(sh(tree, "tar --create --numeric-owner --format=" + format + " ."));
        assertThat(Trees.listing(target)).isEqualTo(Trees.listing(tree));
    }

    @Test
    void directoriesKeepTheirTimesWhateverTheOrder() throws IOException {
        Archive archive = new Archive()
                .add(directory("a"), directory("b"))
                .file("a/1")
                .file("b/1")
                .file("a/2")
                .add(directory("c/d"))
                .file("c/d/x")
                .add(directory("c"))
                .file("a/b/c/implied");
        Applied applied = apply(archive);

        assertThat(applied.entries()).isEqualTo(9);
        assertThat(applied.sizeBytes()).isEqualTo("a/1b/1a/2c/d/xa/b/c/implied".length());
        for (String path : List.of("a", "b", "c")) {
            assertThat(root.stat(bytes(path)).modified()).isEqualTo(Trees.TIME);
        }
        assertThat(target.resolve("a/b/c/implied")).hasContent("a/b/c/implied");
    }

    @Test
    void manyDirectoriesKeepTheirTimesInBoundedMemory() {
        Archive archive = new Archive();
        String longName = "n".repeat(200);
        for (int i = 0; i < 12_000; i++) {
            archive.add(directory(longName + i));
        }
        archive.file(longName + "0/late").file(longName + "11999/late");
        apply(archive);
        assertThat(root.list())
                .hasSize(12_000)
                .allSatisfy(
                        entry -> assertThat(root.stat(entry.name()).modified()).isEqualTo(Trees.TIME));
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneOfAnyType() throws IOException {
        List<TarEntry> kinds = List.of(
                directory("x"),
                link(TarEntry.SYMLINK, "x", "/etc"),
                link(TarEntry.SYMLINK, "x", "other"),
                link(TarEntry.HARD_LINK, "x", "file"),
                entry("x", TarEntry.FILE, "", 0),
                entry("x", TarEntry.FIFO, "", 0),
                entry("x", TarEntry.CHARACTER_DEVICE, "", 1L << 32 | 3));
        for (TarEntry first : kinds) {
            for (TarEntry second : kinds) {
                Archive archive =
                        new Archive().add(directory("other")).file("file").add(first);
                if (first.type() == TarEntry.DIRECTORY) {
                    archive.file("x/in").add(directory("x/deep")).file("x/deep/in");
                }
                apply(archive.add(second));
                Stat stat = root.stat(bytes("x"));
                String expected = switch (second.type()) {
                    case TarEntry.DIRECTORY -> "DIRECTORY";
                    case TarEntry.SYMLINK -> "SYMLINK";
                    case TarEntry.FIFO -> "FIFO";
                    case TarEntry.CHARACTER_DEVICE -> "CHARACTER_DEVICE";
                    default -> "REGULAR";
                };
                assertThat(stat.type().name()).isEqualTo(expected);
                assertThat(root.stat(bytes("other")).isDirectory()).isTrue();
                assertThat(target.resolve("file")).hasContent("file");
                sh(target, "rm -rf x");
            }
        }
    }

    private void refuses(Archive archive, String message) {
        assertThatThrownBy(() -> apply(archive))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessage(message);
    }

    @Test
    void T9_namesThatClimbAreRefused() {
        for (String name : List.of("../evil", "a/../../evil", "/../evil", "a/b/../../../evil")) {
            refuses(new Archive().file(name), "the archive climbs out of its root: " + name);
        }
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void T9_absoluteAndDottedNamesStayInside() {
        apply(new Archive().file("/abs").file("a/./b/../c").file("//d//e").file("./f"));
        for (String name : List.of("abs", "a/c", "d/e", "f")) {
            assertThat(target.resolve(name)).exists();
        }
    }

    @Test
    void T9_writingThroughASymlinkStaysInside() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        apply(new Archive()
                .add(link(TarEntry.SYMLINK, "abs", outside.toString()))
                .add(link(TarEntry.SYMLINK, "up", "../../../../.." + outside))
                .add(link(TarEntry.SYMLINK, "self", "."))
                .file("abs/one")
                .file("up/two")
                .file("self/self/three")
                .add(directory("abs/dir"))
                .add(link(TarEntry.SYMLINK, "abs/dir/again", "/"))
                .file("abs/dir/again/four"));
        assertThat(outside).isEmptyDirectory();
        assertThat(target.resolve(outside.toString().substring(1) + "/one")).hasContent("abs/one");
        assertThat(target.resolve(outside.toString().substring(1) + "/two")).hasContent("up/two");
        assertThat(target.resolve("three")).exists();
        assertThat(target.resolve("four")).exists();
    }

    @Test
    void T9_aDirectoryReplacedByASymlinkIsNotWrittenThrough() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        apply(new Archive()
                .add(directory("d"))
                .file("d/one")
                .add(link(TarEntry.SYMLINK, "d", outside.toString()))
                .file("d/two"));
        assertThat(outside).isEmptyDirectory();
        assertThat(Files.getLastModifiedTime(outside).toInstant().getEpochSecond())
                .isGreaterThan(1_600_000_000);
    }

    @Test
    void T9_aSymlinkIsReplacedNotFollowedByFileOrDirectory() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        apply(new Archive()
                .add(link(TarEntry.SYMLINK, "f", secret.toString()), link(TarEntry.SYMLINK, "d", outside.toString()))
                .file("f")
                .add(directory("d")));
        assertThat(secret).hasContent("secret");
        assertThat(target.resolve("f")).hasContent("f").isRegularFile();
        assertThat(root.stat(bytes("d")).isDirectory()).isTrue();
    }

    @Test
    void T9_hardLinksReachNothingOutside() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        refuses(
                new Archive().add(link(TarEntry.HARD_LINK, "l", "../secret")),
                "the archive climbs out of its root: ../secret");
        refuses(
                new Archive().add(link(TarEntry.HARD_LINK, "l", secret.toString())),
                "the archive links /l to " + secret + ", which is not there");
        // Through a symbolic link: the chain ends inside.
        refuses(
                new Archive()
                        .add(link(TarEntry.SYMLINK, "s", folder.toString()), link(TarEntry.HARD_LINK, "l", "s/secret")),
                "the archive links /l to /s/secret, which is not there");
        // A hard link to a symbolic link is the link itself, and a file written there replaces it.
        apply(new Archive()
                .add(link(TarEntry.SYMLINK, "s2", secret.toString()), link(TarEntry.HARD_LINK, "l", "s2"))
                .file("l", "changed"));
        assertThat(secret).hasContent("secret");
        refuses(
                new Archive().add(link(TarEntry.HARD_LINK, "l2", "")),
                "the archive links /l2 to /, which cannot be linked to");
        refuses(
                new Archive().add(directory("dir"), link(TarEntry.HARD_LINK, "l3", "dir")),
                "the archive links /l3 to /dir, which is a directory");
        apply(new Archive().file("same").add(link(TarEntry.HARD_LINK, "same", "same")));
        assertThat(target.resolve("same")).hasContent("same");
    }

    @Test
    void T9_aLoopOfSymlinksIsAnError() {
        assertThatThrownBy(() -> apply(new Archive()
                        .add(link(TarEntry.SYMLINK, "a", "b"), link(TarEntry.SYMLINK, "b", "a"))
                        .file("a/x")))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void T11_whatIsNoArchiveIsToldApartFromOneThatIsCut() {
        Archive archive = new Archive().file("f", "x".repeat(2000)).file("g");
        byte[] whole = archive.finished();
        assertThatThrownBy(() -> applyTar("#!/bin/sh\n".repeat(200).getBytes(StandardCharsets.UTF_8)))
                .hasMessage("archive/tar: invalid tar header");
        assertThatThrownBy(() -> applyTar(bytes("short"))).hasMessage("unexpected EOF");
        // An extended header, its data, the header and the data; then the next.
        int data = 3 * 512;
        int next = data + 2048;
        for (int length : List.of(300, 700, data + 100, data + 1999, next + 100)) {
            assertThatThrownBy(() -> applyTar(Arrays.copyOf(whole, length))).hasMessage("unexpected EOF");
        }
        byte[] damaged = whole.clone();
        damaged[next + 5] ^= 1;
        assertThatThrownBy(() -> applyTar(damaged)).hasMessage("archive/tar: invalid tar header");
        applyTar(archive.unfinished());
        assertThat(target.resolve("g")).exists();
    }

    @Test
    void T11_aHugeHeaderIsRefusedUnread() {
        byte[] pax = Arrays.copyOf(new Archive().add(entry("x", 'x', "", 0)).unfinished(), 512);
        byte[] size = "77777777777".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(size, 0, pax, 124, size.length);
        int sum = 0;
        Arrays.fill(pax, 148, 156, (byte) ' ');
        for (byte b : pax) {
            sum += b & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.UTF_8), 0, pax, 148, 8);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThatThrownBy(() -> LayerApplier.apply(
                        new SequenceInputStream(new ByteArrayInputStream(pax), endless),
                        root,
                        Whiteouts.PLAIN,
                        Limits.NONE))
                .hasMessage("an extended header of the archive has 8589934591 bytes; at most 1048576 are read");
    }

    @Test
    void T11_limitsAreKept() {
        Archive archive = new Archive().file("a").file("b", "12345");
        assertThatThrownBy(() -> LayerApplier.apply(archive.stream(), root, Whiteouts.PLAIN, new Limits(1, 100)))
                .hasMessage("the archive has more than 1 entries");
        assertThatThrownBy(() -> LayerApplier.apply(archive.stream(), root, Whiteouts.PLAIN, new Limits(9, 5)))
                .hasMessage("the archive has more than 5 bytes of files");
    }

    @Test
    void T11_aFullDiskIsToldAsWhatItIs() throws IOException {
        KernelMounts mounts = new KernelMounts();
        Path small = Files.createDirectory(folder.resolve("small"));
        mounts.mount(new Mount("tmpfs", "tmpfs", "", List.of("size=1m"), IdMap.NONE), small);
        try (Directory full = directories.open(small)) {
            Archive archive = new Archive().file("big", "x".repeat(3 << 20));
            assertThatThrownBy(() -> LayerApplier.apply(archive.stream(), full, Whiteouts.PLAIN, Limits.NONE))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SYSTEM))
                    .hasMessage("write " + small + "/big: ENOSPC (No space left on device)");
        } finally {
            mounts.unmount(small, true);
            mounts.close();
        }
    }

    @Test
    void T11_parentsThatAreImpliedWithoutEndAreNotListed() {
        Archive archive = new Archive();
        for (int i = 0; i < 3; i++) {
            archive.file(i + "/a".repeat(1990) + "/f", "x");
        }
        Applied applied = LayerApplier.apply(archive.stream(), root, Whiteouts.OVERLAY, Limits.NONE);
        assertThat(applied.needsView()).isTrue();
        assertThat(applied.impliedParents()).hasSizeLessThan(3000);
        assertThat(applied.entries()).isEqualTo(3);
    }

    @Test
    void theStreamIsReadToItsEndForWhoeverHashesIt() throws IOException {
        byte[] padded = Arrays.copyOf(new Archive().file("f").finished(), 20 * 512 * 40);
        ByteArrayInputStream stream = new ByteArrayInputStream(padded);
        LayerApplier.apply(stream, root, Whiteouts.PLAIN, Limits.NONE);
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void theRootsOwnEntryDescribesTheTarget() {
        Archive archive = new Archive()
                .add(new TarEntry(
                        bytes("./"),
                        TarEntry.DIRECTORY,
                        0711,
                        3,
                        4,
                        0,
                        0,
                        Trees.TIME,
                        Trees.TIME,
                        new byte[0],
                        0,
                        List.of(),
                        Optional.empty()));
        apply(archive.file("f"));
        Stat stat = root.stat();
        assertThat(stat.mode()).isEqualTo(0711);
        assertThat(stat.uid()).isEqualTo(3);
        assertThat(stat.gid()).isEqualTo(4);
        assertThat(stat.modified()).isEqualTo(Trees.TIME);
    }

    @Test
    void filesTakeTheirGroupFromTheArchiveNotFromTheirDirectory() {
        apply(new Archive()
                .add(new TarEntry(
                        bytes("d/"),
                        TarEntry.DIRECTORY,
                        02775,
                        9,
                        9,
                        0,
                        0,
                        Trees.TIME,
                        Trees.TIME,
                        new byte[0],
                        0,
                        List.of(),
                        Optional.empty()))
                .file("d/f")
                .add(directory("d/sub")));
        assertThat(target.resolve("d/f")).exists();
        try (Directory d = root.openDirectory(bytes("d"), Resolve.BENEATH)) {
            assertThat(d.stat(bytes("f")).gid()).isZero();
            assertThat(d.stat(bytes("sub")).gid()).isZero();
            assertThat(d.stat(bytes("sub")).mode()).isEqualTo(0755);
        }
    }
}

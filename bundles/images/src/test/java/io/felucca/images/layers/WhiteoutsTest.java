package io.felucca.images.layers;

import static io.felucca.images.layers.Trees.bytes;
import static io.felucca.images.layers.Trees.directory;
import static io.felucca.images.layers.Trees.entry;
import static io.felucca.images.layers.Trees.link;
import static io.felucca.images.layers.Trees.sh;
import static io.felucca.images.layers.Trees.withXattr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.IdMap;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.LowerDirectories;
import io.felucca.images.layers.Trees.Archive;
import io.felucca.images.tar.TarEntry;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.Mount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Applies layers over a lower one in both forms, on a real overlay. Needs root. */
@Tag("root")
class WhiteoutsTest {

    @TempDir
    Path folder;

    private final Directories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private Path lower;
    private Path upper;
    private Path merged;
    private Path plain;

    @BeforeEach
    void prepare() throws IOException {
        lower = Files.createDirectory(folder.resolve("lower"));
        upper = Files.createDirectory(folder.resolve("upper"));
        merged = Files.createDirectory(folder.resolve("merged"));
        plain = folder.resolve("plain");
        Files.createDirectory(folder.resolve("work"));
        sh(lower, """
                mkdir -p d/sub/deep e usr/lib tmp; chmod 1777 tmp; chown 5:6 e
                echo 1 > d/one; echo 2 > d/two; echo 3 > d/sub/three; echo 4 > d/sub/deep/four; echo 5 > e/five
                echo 6 > file; ln -s usr/lib lib; echo 7 > usr/lib/seven; ln -s d dlink; echo 8 > tmp/eight
                find . -exec touch -h -d '2010-10-10 10:10:10.123' {} +
                """);
        sh(folder, "cp -a lower plain");
    }

    @AfterEach
    void unmount() {
        mounts.unmount(merged, false);
        mounts.close();
        sh(folder, "rm -rf -- *");
    }

    private Applied apply(Path target, Archive archive, Whiteouts form) {
        try (Directory directory = directories.open(target)) {
            return LayerApplier.apply(archive.stream(), directory, form, Limits.NONE);
        }
    }

    private void mount() {
        mounts.mount(
                new Mount(
                        "overlay",
                        "overlay",
                        "",
                        List.of(
                                "lowerdir=" + lower,
                                "upperdir=" + upper,
                                "workdir=" + folder.resolve("work"),
                                "redirect_dir=off",
                                "metacopy=off",
                                "index=off"),
                        IdMap.NONE),
                merged);
    }

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("a file is deleted", new Archive().file("d/.wh.one", ""), "d/one", "d/two"),
                Arguments.of("a directory is deleted", new Archive().file(".wh.d", ""), "d", "e/five"),
                Arguments.of(
                        "an opaque directory hides what is below",
                        new Archive()
                                .add(directory("d"))
                                .file("d/.wh..wh..opq", "")
                                .file("d/new"),
                        "d/sub",
                        "d/new"),
                Arguments.of(
                        "an opaque mark after the directory's files spares them",
                        new Archive().add(directory("d")).file("d/two", "new").file("d/.wh..wh..opq", ""),
                        "d/one",
                        "d/two"),
                Arguments.of(
                        "a directory is replaced by one of the same name",
                        new Archive().file(".wh.d", "").add(directory("d")).file("d/new"),
                        "d/one",
                        "d/new"),
                Arguments.of(
                        "a whiteout after the directory of this layer spares it",
                        new Archive().add(directory("d")).file("d/new").file(".wh.d", ""),
                        "d/one",
                        "d/new"),
                Arguments.of(
                        "a whiteout spares a file of this layer",
                        new Archive().file("file", "new").file(".wh.file", ""),
                        "none",
                        "file"),
                Arguments.of(
                        "the whiteout of a symbolic link to a directory is of the link",
                        new Archive().file(".wh.dlink", ""),
                        "dlink",
                        "d/one"),
                Arguments.of(
                        "a directory takes a symbolic link's place",
                        new Archive().add(directory("lib")).file("lib/x"),
                        "lib/seven",
                        "usr/lib/seven"),
                Arguments.of("a file takes a directory's place", new Archive().file("d", "file"), "d/one", "e/five"),
                Arguments.of(
                        "an opaque directory below another",
                        new Archive().file("d/sub/.wh..wh..opq", "").file("d/sub/deep/new"),
                        "d/sub/deep/four",
                        "d/sub/deep/new"),
                Arguments.of(
                        "odd names are whited out",
                        new Archive().file(".wh....", "").file(".wh. ", "").file(".wh.e", ""),
                        "e",
                        "file"),
                Arguments.of(
                        "a whiteout of nothing is harmless",
                        new Archive().file("d/.wh.none", "").file("none/.wh.x", ""),
                        "d/none",
                        "d/one"),
                Arguments.of(
                        "AUFS' other files mean nothing",
                        new Archive()
                                .add(directory(".wh..wh.plnk"))
                                .file(".wh..wh.plnk/1")
                                .file(".wh..wh.aufs"),
                        ".wh..wh.aufs",
                        "file"),
                Arguments.of(
                        "a parent without an entry keeps the lower one's mode",
                        new Archive().file("tmp/x"),
                        "none",
                        "tmp/x"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void T10_bothFormsGiveWhatTheSpecificationSays(String what, Archive layer, String gone, String there)
            throws IOException {
        Applied applied = apply(upper, layer, Whiteouts.OVERLAY);
        assertThat(applied.needsView()).isFalse();
        try (Directory target = directories.open(upper);
                Directory view = directories.open(lower)) {
            assertThat(LayerApplier.copyParents(target, applied.impliedParents(), view))
                    .isTrue();
        }
        apply(plain, layer, Whiteouts.PLAIN);
        mount();

        for (Path tree : List.of(merged, plain)) {
            assertThat(Files.exists(tree.resolve(gone), LinkOption.NOFOLLOW_LINKS))
                    .isFalse();
            assertThat(tree.resolve(there)).exists();
        }
        // The kernel cannot tell a whiteout of nothing from none; a parent made for it shows.
        if (!what.contains("of nothing")) {
            sh(merged, "touch -d '2010-10-10 10:10:10' .");
            sh(plain, "touch -d '2010-10-10 10:10:10' .");
            sh(folder, "for t in merged plain; do (cd $t; find . -type d -exec touch -d @0 {} +); done");
            assertThat(names(merged)).isEqualTo(names(plain));
        }
    }

    /** Everything but blocks and times of directories, which differ between filesystems. */
    private static String names(Path tree) {
        return new String(
                sh(
                        tree,
                        "find . \\( -type d -printf '%P %y %m %U:%G\\n' \\) -o -printf '%P %y %m %U:%G %s %T@ %l\\n' | LC_ALL=C sort"),
                StandardCharsets.UTF_8);
    }

    @Test
    void T10_aPathThroughALowersSymlinkNeedsAView() {
        Archive layer = new Archive().file("lib/x");
        Applied applied = apply(upper, layer, Whiteouts.OVERLAY);
        try (Directory target = directories.open(upper);
                Directory view = directories.open(lower)) {
            assertThat(LayerApplier.copyParents(target, applied.impliedParents(), view))
                    .isFalse();
        }
        apply(plain, layer, Whiteouts.PLAIN);
        assertThat(plain.resolve("usr/lib/x")).exists();
    }

    @Test
    void T10_anOpaqueRootNeedsAView() {
        Archive layer = new Archive().file(".wh..wh..opq", "").file("only");
        assertThat(apply(upper, layer, Whiteouts.OVERLAY).needsView()).isTrue();
        apply(plain, layer, Whiteouts.PLAIN);
        assertThat(plain.toFile().list()).containsExactly("only");
    }

    @Test
    void T10_aLayerOverAnOverlayMountIsAppliedToTheView() throws IOException {
        mount();
        apply(
                merged,
                new Archive()
                        .file("d/.wh.one", "")
                        .file(".wh.e", "")
                        .add(directory("e"))
                        .file("e/new")
                        .file("lib/x"),
                Whiteouts.PLAIN);
        assertThat(merged.resolve("d/one")).doesNotExist();
        assertThat(merged.resolve("e").toFile().list()).containsExactly("new");
        assertThat(merged.resolve("usr/lib/x")).exists();
        assertThat(lower.resolve("d/one")).exists();
        assertThat(Files.getLastModifiedTime(merged.resolve("d")).toString()).isEqualTo("2010-10-10T10:10:10.123Z");
    }

    @Test
    void T10_overlaysOwnAttributesNeverPassIn() {
        Archive layer = new Archive()
                .add(withXattr(directory("d"), "trusted.overlay.opaque", "y"))
                .add(withXattr(directory("e"), "user.overlay.opaque", "y"))
                .add(withXattr(entry("f", TarEntry.FILE, "", 0), "trusted.overlay.redirect", "/etc"));
        apply(upper, layer, Whiteouts.OVERLAY);
        try (Directory directory = directories.open(upper)) {
            for (String name : List.of("d", "e", "f")) {
                assertThat(directory.xattrs(bytes(name))).isEmpty();
            }
        }
        mount();
        assertThat(merged.resolve("d/one")).exists();
    }

    @Test
    void T10_aDeviceThatOverlayWouldTakeForAWhiteoutIsRefused() {
        Archive layer = new Archive().add(entry("file", TarEntry.CHARACTER_DEVICE, "", 0));
        assertThatThrownBy(() -> apply(upper, layer, Whiteouts.OVERLAY))
                .hasMessage(
                        "the archive has a character device 0:0, which is overlay's mark for a deleted file: /file");
        Archive linked = new Archive().file(".wh.a", "").add(link(TarEntry.HARD_LINK, "file", "a"));
        assertThatThrownBy(() -> apply(upper, linked, Whiteouts.OVERLAY))
                .hasMessage("the archive links /file to /a, which is not there");
    }

    @Test
    void T10_whiteoutsOfNoNameAreRefused() {
        for (String name : List.of(".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh...")) {
            for (Whiteouts form : List.of(Whiteouts.PLAIN, Whiteouts.OVERLAY)) {
                assertThatThrownBy(() ->
                                apply(form == Whiteouts.PLAIN ? plain : upper, new Archive().file(name, ""), form))
                        .hasMessage("the archive has a whiteout of no name: /" + name);
            }
        }
        assertThatThrownBy(() -> apply(upper, new Archive().file(".wh.d/x"), Whiteouts.OVERLAY))
                .hasMessage("the archive has something below a whiteout: /.wh.d/x");
        assertThatThrownBy(() ->
                        apply(upper, new Archive().add(link(TarEntry.HARD_LINK, "x", ".wh.a")), Whiteouts.OVERLAY))
                .hasMessage("the archive links /x to /.wh.a, which cannot be linked to");
    }

    @Test
    void T10_aWhiteoutThroughASymlinkStaysInside() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "x");
        apply(
                plain,
                new Archive()
                        .add(link(TarEntry.SYMLINK, "out", outside.toString()))
                        .file("out/.wh.kept", "")
                        .file("out/.wh..wh..opq", ""),
                Whiteouts.PLAIN);
        assertThat(outside.resolve("kept")).exists();
    }

    @Test
    void S5_aDeletedLowerFileIsOnlyMarked() throws IOException {
        mount();
        Files.delete(merged.resolve("d/one"));
        sh(merged, "rm -r e; mkdir e; echo new > e/new; echo more >> file; mv tmp/eight tmp/nine");
        String changes = "[C /d, D /d/one, C /e, D /e/five, A /e/new, C /file, C /tmp, D /tmp/eight, A /tmp/nine]";
        ByteArrayOutputStream generic = new ByteArrayOutputStream();
        ByteArrayOutputStream nativeForm = new ByteArrayOutputStream();
        try (Directory below = directories.open(lower);
                Directory view = directories.open(merged);
                Directory own = directories.open(upper)) {
            assertThat(LayerDiff.changes(Optional.of(below), view, Owners.HOST, LayerDiff.Filter.ALL)
                            .toList())
                    .hasToString(changes);
            assertThat(LayerDiff.overlayChanges(Optional.of(below), own, Owners.HOST, LayerDiff.Filter.ALL)
                            .toList())
                    .hasToString(changes);
            LayerDiff.write(Optional.of(below), view, Owners.HOST, LayerDiff.Filter.ALL, generic);
            LayerDiff.writeOverlay(
                    own, LowerDirectories.in(below), Owners.HOST, LayerDiff.Filter.ALL, Optional.empty(), nativeForm);
        }
        assertThat(memberNames(generic.toByteArray()))
                .isEqualTo("d/\nd/.wh.one\ne/\ne/.wh.five\ne/new\nfile\ntmp/\ntmp/.wh.eight\ntmp/nine\n");
        assertThat(nativeForm.toByteArray()).isEqualTo(generic.toByteArray());
        assertThat(lower.resolve("d/one")).hasContent("1");

        // Applied to the lower tree, each gives what the container saw.
        Path second = folder.resolve("second");
        sh(folder, "cp -a lower second");
        for (var target : List.of(new Object[] {plain, generic}, new Object[] {second, nativeForm})) {
            try (Directory directory = directories.open((Path) target[0])) {
                byte[] tar = ((ByteArrayOutputStream) target[1]).toByteArray();
                LayerApplier.apply(new ByteArrayInputStream(tar), directory, Whiteouts.PLAIN, Limits.NONE);
            }
            assertThat(names((Path) target[0])).isEqualTo(names(merged));
        }
    }

    @Test
    @DisplayName("a directory that was removed and made again is told by the names that are gone, at every depth")
    void remadeDirectories() {
        mount();
        sh(merged, """
                rm -r d e usr; mkdir -p d/sub/deep/er d/new e usr; echo new > d/sub/three; echo new > d/a; echo x > d/zz
                rm lib; mkdir lib; echo l > lib/l; rm e -r; echo e > e
                mkdir fresh; mkdir fresh/one; rm -r tmp; mkdir tmp; mknod tmp/eight c 1 3; rm tmp/eight
                """);
        ByteArrayOutputStream generic = new ByteArrayOutputStream();
        ByteArrayOutputStream nativeForm = new ByteArrayOutputStream();
        try (Directory below = directories.open(lower);
                Directory view = directories.open(merged);
                Directory own = directories.open(upper)) {
            var changes = LayerDiff.changes(Optional.of(below), view, Owners.HOST, LayerDiff.Filter.ALL)
                    .toList();
            assertThat(changes.toString())
                    .contains("A /d/a", "D /d/one", "D /d/sub/deep/four", "D /d/two", "D /tmp/eight", "D /usr/lib");
            assertThat(LayerDiff.overlayChanges(Optional.of(below), own, Owners.HOST, LayerDiff.Filter.ALL)
                            .toList())
                    .hasToString(changes.toString());
            LayerDiff.write(Optional.of(below), view, Owners.HOST, LayerDiff.Filter.ALL, generic);
            LayerDiff.writeOverlay(
                    own, LowerDirectories.in(below), Owners.HOST, LayerDiff.Filter.ALL, Optional.empty(), nativeForm);
        }
        assertThat(nativeForm.toByteArray()).isEqualTo(generic.toByteArray());
    }

    private String memberNames(byte[] tar) throws IOException {
        Path file = Files.write(folder.resolve("diff.tar"), tar);
        return new String(sh(folder, "tar tf \"$1\"", file.toString()), StandardCharsets.UTF_8);
    }
}

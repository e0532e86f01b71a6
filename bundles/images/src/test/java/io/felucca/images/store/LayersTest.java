package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.Layer;
import io.felucca.images.Layers.PathStat;
import io.felucca.images.commit.ImageLayers;
import io.felucca.images.unpack.KernelLayerWriter;
import io.felucca.images.unpack.UnpackTarget;
import io.felucca.linux.files.Directory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that somebody writes to, on the real drivers. Needs root, overlayfs and sh. */
@Tag("root")
@DisplayName("files of layers, and commits (S29 to S36, S110, T7, T20)")
@Timeout(120)
class LayersTest {

    private static final IdMap MAP =
            new IdMap(List.of(new IdMap.Range(0, 200_000, 65_536)), List.of(new IdMap.Range(0, 300_000, 65_536)));

    private Path folder;
    private DriverStorage storage;
    private TestStore store;
    private Layers layers;
    private Digest image;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createTempDirectory("felucca-layers-");
        storage = new DriverStorage(folder.resolve("storage"));
        store = new TestStore(folder, storage, new KernelLayerWriter(DriverStorage.DIRECTORIES));
        layers = new ImageLayers(store.images, DriverStorage.DIRECTORIES);
        image = store.importTar(
                Tars.tar()
                        .directory("d", 0755, 0)
                        .file("d/one", "1")
                        .file("d/two", "2")
                        .directory("gone", 0755, 0)
                        .file("gone/x", "x")
                        .file("same", "same")
                        .bytes(),
                "base",
                "CMD [\"old\"]",
                "ENV A=1");
    }

    @AfterEach
    void close() {
        storage.close();
        try (Directory parent = DriverStorage.DIRECTORIES.open(folder.getParent())) {
            parent.removeTree(folder.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private Layer container(String driver, IdMap map) {
        storage.prepareContainer(driver, "box", store.images.unpack(image, driver), map, 0);
        return new Layer(driver, "box", map);
    }

    /** Runs a script in the layer's root, as a container's process would change it. */
    private void change(Layer layer, String script) throws IOException, InterruptedException {
        Path root = storage.mount(layer.driver(), layer.key(), "container");
        assertThat(sh(root, script).waitFor()).as(script).isZero();
        storage.unmount(layer.driver(), layer.key(), "container");
    }

    private static Process sh(Path root, String script) throws IOException {
        Process process = new ProcessBuilder("bash", "-eus")
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(script.getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    private List<String> changes(Layer layer) {
        List<String> found = new ArrayList<>();
        try (Layers.Changes changes = layers.changes(layer)) {
            changes.forEachRemaining(
                    change -> found.add("CAD".charAt(change.kind().ordinal()) + " " + change.path()));
        }
        return found;
    }

    private Digest commit(Layer layer, Digest parent, String reference, String... instructions) {
        return layers.commit(new Layers.Commit(
                layer,
                parent,
                reference,
                "修改 <a@b>",
                "修改了默认网页",
                "sh -c x",
                "ab".repeat(32),
                ImageConfig.EMPTY,
                new ImageConfig(
                        "",
                        Set.of(),
                        List.of("A=1"),
                        null,
                        List.of("sh"),
                        Set.of(),
                        "",
                        Map.of(),
                        "",
                        List.of(),
                        null,
                        null),
                List.of(instructions)));
    }

    private String listing(Archive archive) throws IOException, InterruptedException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (archive) {
            archive.writeTo(tar);
        }
        Path file = Files.write(folder.resolve("out.tar"), tar.toByteArray());
        Process process = new ProcessBuilder("tar", "--numeric-owner", "-tf", file.toString()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text.replace("\n", " ").trim();
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S34_diffTellsExactlyWhatAScriptChanged(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);

        assertThat(changes(layer)).isEmpty();
        change(
                layer,
                "echo more >> d/one; rm d/two; rm -r gone; mkdir -p new/sub; touch new/sub/名; ln -s x link;"
                        + " chmod 600 same");

        assertThat(changes(layer))
                .containsExactly(
                        "C /d",
                        "C /d/one",
                        "D /d/two",
                        "D /gone",
                        "A /link",
                        "A /new",
                        "A /new/sub",
                        "A /new/sub/名",
                        "C /same");
        assertThat(storage.<Integer>with(driver, s -> s.list().size()))
                .as("no view is left")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S29_S31_S36_commitAddsALayerAndALineOfHistory(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);
        change(layer, "echo new > d/one; rm d/two; rm -r gone");

        Digest id = commit(layer, image, "made:v2", "CMD [\"ls\"]");

        Image made = store.images.get("made:v2");
        Image base = store.images.get("base");
        assertThat(made.id()).isEqualTo(id);
        assertThat(made.parent()).isEqualTo(image.value());
        assertThat(made.diffIds()).startsWith(base.diffIds().get(0)).hasSize(2);
        assertThat(made.author()).isEqualTo("修改 <a@b>");
        assertThat(made.comment()).isEqualTo("修改了默认网页");
        assertThat(made.config().cmd()).containsExactly("ls");
        assertThat(made.config().env()).containsExactly("A=1");
        assertThat(made.history()).hasSize(2);
        assertThat(made.history().get(1).createdBy()).isEqualTo("sh -c x");
        assertThat(made.history().get(1).sizeBytes()).isEqualTo(4);
        String top = store.images.unpack(id, driver);
        UnpackTarget.withView(storage, driver, top, root -> {
            assertThat(root.resolve("d/one")).hasContent("new\n");
            assertThat(root.resolve("same")).exists();
            assertThat(root.resolve("d/two")).doesNotExist();
            assertThat(root.resolve("gone")).doesNotExist();
            return root;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S30_S35_commitsWithoutANameStayAndUnchangedLayersAddNone(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);

        Digest same = commit(layer, image, "");
        change(layer, "rm -r gone");
        Digest changed = commit(layer, image, "");

        assertThat(store.images.get(same.value()).diffIds()).hasSize(1);
        assertThat(store.images.get(same.value()).history().get(1).emptyLayer()).isTrue();
        assertThat(store.images.get(changed.value()).tags()).isEmpty();
        assertThat(store.images.get(changed.value()).sizeBytes())
                .as("what is deleted stays below")
                .isEqualTo(store.images.get("base").sizeBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void commitSaysWhatIsWrongAndLeavesNothing(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);
        Set<String> before = store.blobs();

        assertThatThrownBy(() -> commit(layer, image, "UPPER"))
                .hasMessage("invalid reference format: repository name must be lowercase");
        assertThatThrownBy(() -> commit(layer, image, "x", "FOO bar")).hasMessage("foo is not a valid change command");
        assertThatThrownBy(() -> commit(new Layer(driver, "nope", IdMap.NONE), image, "x"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThat(store.blobs()).isEqualTo(before);
        assertThat(store.unfinished()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S110_exportIsTheWholeFlatTree(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);
        change(layer, "rm -r gone; touch new");

        assertThat(listing(layers.tree(layer))).isEqualTo("d/ d/one d/two new same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void copyOutNamesMembersAsDockerdDoes(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);
        change(layer, "rm -r gone same; ln -s /d l; ln -s one d/lf; ln -s /nope dang; ln -s /loop loop");

        assertThat(listing(layers.open(layer, "/d"))).isEqualTo("d/ d/lf d/one d/two");
        assertThat(listing(layers.open(layer, "/d/"))).isEqualTo("d/ d/lf d/one d/two");
        assertThat(listing(layers.open(layer, "/d/."))).isEqualTo("./ ./lf ./one ./two");
        assertThat(listing(layers.open(layer, "/l"))).isEqualTo("l");
        assertThat(listing(layers.open(layer, "/l/"))).isEqualTo("l/ l/lf l/one l/two");
        assertThat(listing(layers.open(layer, "/l/one"))).isEqualTo("one");
        assertThat(listing(layers.open(layer, "../../d/one"))).isEqualTo("one");
        assertThat(listing(layers.open(layer, "/"))).startsWith("/ /d/ /d/lf");
        assertThat(listing(layers.open(layer, "."))).startsWith("./ ./d/ ./d/lf");
        PathStat link = layers.stat(layer, "/l");
        assertThat(link.name()).isEqualTo("l");
        assertThat(link.linkTarget()).isEqualTo("/d");
        assertThat(link.unixMode()).isEqualTo(0120777);
        assertThat(layers.stat(layer, "/d/lf").linkTarget()).isEqualTo("/d/one");
        assertThat(layers.stat(layer, "/dang").linkTarget()).isEqualTo("/nope");
        assertThat(layers.stat(layer, "/d/..").name()).isEqualTo("/");
        for (String missing : List.of("/nope", "/nope/x", "/dang/")) {
            assertThatThrownBy(() -> layers.open(layer, missing))
                    .as(missing)
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        }
        for (String file : List.of("/d/one/", "/d/one/x", "/loop", "/loop/x")) {
            assertThatThrownBy(() -> layers.stat(layer, file))
                    .as(file)
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        }
    }

    private void extract(Layer layer, String path, byte[] tar, Extraction rules) {
        layers.extract(layer, path, new ByteArrayInputStream(tar), rules);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void T20_copyInStaysInTheDirectoryAndFollowsLinksToIt(String driver) throws Exception {
        Layer layer = container(driver, IdMap.NONE);
        change(layer, "mkdir -p in; ln -s /in l; ln -s /etc abs; touch f");

        extract(
                layer,
                "/l",
                Tars.tar()
                        .file("./a", "1")
                        .file("q/w/e", "2")
                        .file(".wh.x", "3")
                        .bytes(),
                Extraction.PLAIN);
        assertThatThrownBy(() -> extract(layer, "/nope", Tars.of("x", "1"), Extraction.PLAIN))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        assertThatThrownBy(() -> extract(layer, "/f", Tars.of("x", "1"), Extraction.PLAIN))
                .hasMessage("extraction point is not a directory");
        assertThatThrownBy(() -> extract(layer, "/in", Tars.of("../../esc", "1"), Extraction.PLAIN))
                .hasMessage("\"../../esc\" is outside of \"/in\"");
        Extraction strict = new Extraction(true, 7, 8);
        assertThatThrownBy(() -> extract(layer, "/", Tars.of("in", "1"), strict))
                .hasMessage("cannot overwrite directory \"/in\" with non-directory \"/\"");
        assertThatThrownBy(() ->
                        extract(layer, "/", Tars.tar().directory("f", 0755, 0).bytes(), strict))
                .hasMessage("cannot overwrite non-directory \"/f\" with directory \"/\"");
        extract(layer, "/in", Tars.of("owned", "1"), strict);

        change(
                layer,
                "test $(cat in/a) = 1; test $(cat in/q/w/e) = 2; test $(cat in/.wh.x) = 3; test ! -e esc;"
                        + " test $(stat -c %u:%g in/owned) = 7:8");
    }

    @Test
    void copyInTakesOffTheCompression() throws Exception {
        Layer layer = container("overlay2", IdMap.NONE);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Tars.of("packed", "1"));
        }
        byte[] bytes = packed.toByteArray();

        extract(layer, "/", bytes, Extraction.PLAIN);
        // Its first bytes are those of bzip2.
        extract(layer, "/", Tars.of("BZhello", "2"), Extraction.PLAIN);
        change(layer, "test $(cat packed) = 1; test $(cat BZhello) = 2");
        assertThatThrownBy(() -> extract(layer, "/", Arrays.copyOf(bytes, bytes.length / 2), Extraction.PLAIN))
                .hasMessage("cannot read the archive: Unexpected end of ZLIB input stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void ownersAreThoseInsideTheUserNamespace(String driver) throws Exception {
        Layer layer = container(driver, MAP);
        extract(layer, "/d", Tars.of("in", "1"), new Extraction(false, 5, 6));
        change(layer, "test $(stat -c %u:%g d/in) = 200005:300006; touch d/made; chown 200001:300002 d/made");

        assertThat(changes(layer)).containsExactly("C /d", "A /d/in", "A /d/made");
        commit(layer, image, "mapped");
        String top = store.images.unpack(store.images.get("mapped").id(), driver);
        UnpackTarget.withView(storage, driver, top, root -> {
            try {
                assertThat(Files.getAttribute(root.resolve("d/made"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                        .isEqualTo(1);
                assertThat(Files.getAttribute(root.resolve("d/in"), "unix:gid", LinkOption.NOFOLLOW_LINKS))
                        .isEqualTo(6);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return root;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2"})
    void T7_aContainerThatSwapsDirectoriesForLinksGetsNothingOfTheHost(String driver) throws Exception {
        Path host = Files.createDirectories(folder.resolve("host"));
        Files.writeString(host.resolve("secret"), "host's");
        Files.createDirectory(host.resolve("sub"));
        Layer layer = container(driver, IdMap.NONE);
        Path root = storage.mount(driver, "box", "container");
        Process racer = sh(
                root,
                "mkdir -p a b/sub; echo mine > b/secret; ln -s " + host + " link\n"
                        + "while true; do mv -T b a/x 2>/dev/null; mv -T link b; mv -T b link; mv -T a/x b; done");
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            int copied = 0;
            List<String> seen = new ArrayList<>();
            while (System.nanoTime() < end) {
                try (Archive archive = layers.open(layer, "/b/secret")) {
                    ByteArrayOutputStream tar = new ByteArrayOutputStream();
                    archive.writeTo(tar);
                    copied++;
                    seen.add(tar.toString(StandardCharsets.ISO_8859_1));
                } catch (FeluccaException e) {
                    assertThat(e.kind()).isIn(Kind.NOT_FOUND, Kind.INVALID);
                }
                try {
                    extract(
                            layer,
                            "/b",
                            Tars.tar()
                                    .directory("sub", 0700, 7)
                                    .file("sub/put", "x")
                                    .file("put", "x")
                                    .bytes(),
                            Extraction.PLAIN);
                } catch (FeluccaException e) {
                    assertThat(e.kind()).isIn(Kind.NOT_FOUND, Kind.INVALID, Kind.CONFLICT);
                }
            }
            assertThat(copied).isPositive();
            assertThat(seen).noneMatch(tar -> tar.contains("host's"));
        } finally {
            racer.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(host)) {
            assertThat(files.map(file -> host.relativize(file).toString()))
                    .containsExactlyInAnyOrder("", "secret", "sub");
        }
        assertThat(Files.getPosixFilePermissions(host.resolve("sub"))).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2 vfs", "vfs overlay2"})
    @DisplayName("B2: what a layer changed is the same in another driver's, owners, links, holes, attributes and bytes")
    void B2_copied(String drivers) throws Exception {
        for (IdMap map : List.of(IdMap.NONE, MAP)) {
            String[] fromAndTo = drivers.split(" ");
            Layer from = container(fromAndTo[0], map);
            change(from, """
                rm -r gone; rm d/one; mkdir d/new; echo new > d/new/file; chmod 4751 d/new/file
                ln d/new/file hard; ln -s ../etc/passwd soft; truncate -s 8M sparse; printf x >> sparse
                touch -d '2001-02-03 04:05:06.789' d/two; mknod device c 5 1; mkfifo fifo; touch $'caf\\xe9'
                setfattr -n user.a -v b d/new/file; rm same; mkdir same; touch same/inside; chmod 1777 same
                find . -uid 0 -exec chown -h %d:%d {} +; chown %d:%d d/new/file; chmod 4751 d/new/file
                """.formatted(map.rootUid(), map.rootGid(), map.outsideUid(7), map.outsideGid(8)));
            List<String> changes = changes(from);
            Layer to = container(fromAndTo[1], map);

            layers.copy(from, to);

            assertThat(changes(to)).isEqualTo(changes);
            assertThat(listing(layers.tree(to))).isEqualTo(listing(layers.tree(from)));
            storage.remove(fromAndTo[0], "box");
            storage.remove(fromAndTo[1], "box");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2 vfs", "vfs overlay2"})
    @DisplayName("B2: a copy that is not the same is refused, with the path")
    void B2_differs(String drivers) throws Exception {
        Layer from = container(drivers.split(" ")[0], IdMap.NONE);
        change(from, "echo 1 > d/new");
        Layer to = container(drivers.split(" ")[1], IdMap.NONE);
        change(to, "echo 2 > stray");

        assertThatThrownBy(() -> layers.copy(from, to))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining("/stray: a name too many");
    }
}

package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Image;
import io.felucca.images.Images.Loaded;
import io.felucca.images.Images.StoredLayer;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.ContentJson;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarWriter;
import io.felucca.linux.files.Stat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("save and load (S4, S87, S88, T9, T11, T12)")
class LoadSaveTest {

    private static final Stat.Time EPOCH = new Stat.Time(0, 0);

    private static final byte[] LAYER = Tars.of("file", "one");
    private static final byte[] UPPER = Tars.of("other", "two");

    @TempDir
    Path folder;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(folder.resolve("a"));
    }

    private TestStore other() {
        return new TestStore(folder.resolve("b"));
    }

    private static byte[] config(byte[]... layers) {
        String ids = String.join(
                "\",\"",
                Arrays.stream(layers)
                        .map(layer -> BlobWriter.digestOf(layer).value())
                        .toList());
        return ("{ \"architecture\":\"" + io.felucca.images.content.Platform.architectureHere()
                        + "\", \"os\":\"linux\", \"unknown field\" : [1.50, null],"
                        + " \"config\":{\"Cmd\":[\"sh\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + ids
                        + "\"]},\"history\":[{\"created_by\":\"first\"},{\"created_by\":\"meta\",\"empty_layer\":true},"
                        + "{\"created_by\":\"second\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] dockerArchive(byte[] config, byte[] lower, byte[] upper) {
        return Tars.tar()
                .file("l1/layer.tar", lower)
                .file("c.json", config)
                .symlink("l2/layer.tar", "../l3/layer.tar")
                .file("l3/layer.tar", upper)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"c.json\",\"RepoTags\":[\"x/y:1\",\"z\"],\"Layers\":[\"l1/layer.tar\",\"l2/layer.tar\"]}]")
                .bytes();
    }

    @Test
    void S88_aDockerArchiveGivesTheImageWhoseConfigIsByteForByteWhatItWas() throws IOException {
        byte[] config = config(LAYER, UPPER);

        List<Loaded> loaded = store.load(Tars.gzip(dockerArchive(config, LAYER, UPPER)));

        Digest id = BlobWriter.digestOf(config);
        assertThat(loaded).containsExactly(new Loaded("x/y:1", id), new Loaded("z:latest", id));
        Image image = store.images.get("z");
        assertThat(image.id()).isEqualTo(id);
        assertThat(image.diffIds()).containsExactly(BlobWriter.digestOf(LAYER), BlobWriter.digestOf(UPPER));
        assertThat(image.history()).extracting(Image.History::sizeBytes).containsExactly(3L, 0L, 3L);
        assertThat(Files.readAllBytes(folder.resolve("a/content/blobs/sha256/" + id.hex())))
                .isEqualTo(config);
        assertThat(store.unfinished()).isEmpty();
    }

    @Test
    void S4_layersUnpackInOrderAndOnceWhereAsked() {
        store.load(dockerArchive(config(LAYER, UPPER), LAYER, UPPER));
        Digest id = store.images.get("z").id();
        assertThat(store.layers("two")).isEmpty();

        String top = store.images.unpack(id, "two");

        Digest lower = BlobWriter.digestOf(LAYER);
        Digest chain = BlobWriter.digestOf((lower + " " + BlobWriter.digestOf(UPPER)).getBytes(StandardCharsets.UTF_8));
        assertThat(top).isEqualTo(chain.hex());
        assertThat(store.layers("two")).containsExactlyInAnyOrder(lower.hex(), chain.hex());
        assertThat(store.storage.<String>with(
                        "two", layers -> layers.find(top).orElseThrow().parent()))
                .isEqualTo(lower.hex());
        assertThat(store.images.unpack(id, "two")).isEqualTo(top);
        assertThat(store.layers("one")).isEmpty();
        assertThat(store.images.diskUsage().layerBytesByDriver())
                .containsEntry("two", 6L)
                .containsEntry("one", 0L);
        assertThat(store.images.storedLayers())
                .containsExactlyInAnyOrder(
                        new StoredLayer("two", lower.hex(), "", 3, Set.of(id)),
                        new StoredLayer("two", chain.hex(), lower.hex(), 3, Set.of(id)));
    }

    @Test
    void S88_compressedLayersStayCompressedWhereOciHasATypeForIt() {
        byte[] gzipped = Tars.gzip(UPPER);
        store.load(dockerArchive(config(LAYER, UPPER), LAYER, gzipped));

        Digest id = store.images.get("z").id();
        JsonNode manifest = manifestOf(store, "z");
        assertThat(manifest.path("layers").path(1).path("digest").asText())
                .isEqualTo(BlobWriter.digestOf(gzipped).value());
        assertThat(manifest.path("layers").path(1).path("mediaType").asText())
                .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
        store.images.unpack(id, "one");
        assertThat(store.layers("one")).hasSize(2);
    }

    private JsonNode manifestOf(TestStore of, String name) {
        Map<String, byte[]> archive = Tars.read(new ByteArrayInputStream(of.save(name)));
        String digest = ContentJson.readObject(archive.get("index.json"), "index")
                .path("manifests")
                .path(0)
                .path("digest")
                .asText();
        return ContentJson.readObject(archive.get("blobs/sha256/" + digest.substring(7)), "manifest");
    }

    @Test
    void S87_saveAndLoadKeepEveryDigestAndTag() {
        store.importTar(LAYER, "one:1", "CMD [\"a\"]");
        store.images.tag("one:1", "one:2");
        store.load(dockerArchive(config(LAYER, UPPER), LAYER, UPPER));
        byte[] archive = store.save("one", "z");

        TestStore other = other();
        List<Loaded> loaded = other.load(archive);

        assertThat(loaded).extracting(Loaded::reference).containsExactly("one:1", "one:2", "z:latest");
        assertThat(other.images.get("one:2")).isEqualTo(store.images.get("one:1"));
        assertThat(other.images.get("z").id()).isEqualTo(store.images.get("z").id());
        assertThat(other.save("one", "z")).isEqualTo(archive);
        assertThat(store.save("one", "z")).isEqualTo(archive);
    }

    @Test
    void S87_anIdIsSavedWithoutATag() {
        Digest id = store.importTar(LAYER, "one:1");

        List<Loaded> loaded = other().load(store.save(id.shortHex()));

        assertThat(loaded).containsExactly(new Loaded("", id));
        assertThatThrownBy(() -> store.save("nope"))
                .hasMessage("No such image: nope:latest")
                .hasFieldOrPropertyWithValue("kind", Kind.NOT_FOUND);
    }

    @Test
    void S88_anOlderArchiveWithoutManifestIsLoadedByRepositories() {
        String parent = "a".repeat(64);
        String child = "b".repeat(64);
        byte[] archive = Tars.tar()
                .file("repositories", "{\"old/one\":{\"v\":\"" + child + "\"}}")
                .file(
                        parent + "/json",
                        "{\"id\":\"" + parent + "\",\"created\":\"2015-01-01T00:00:00Z\",\"os\":\"linux\"}")
                .file(parent + "/layer.tar", LAYER)
                .file(
                        child + "/json",
                        "{\"id\":\"" + child + "\",\"parent\":\"" + parent
                                + "\",\"created\":\"2015-01-02T00:00:00Z\",\"os\":\"linux\",\"config\":{\"User\":\"u\"},"
                                + "\"container_config\":{\"Cmd\":[\"/bin/sh\",\"-c\",\"x\"]}}")
                .symlink(child + "/layer.tar", "../" + parent + "/layer.tar")
                .bytes();

        assertThat(store.load(archive)).extracting(Loaded::reference).containsExactly("old/one:v");
        Image image = store.images.get("old/one:v");
        assertThat(image.diffIds()).hasSize(2);
        assertThat(image.config().user()).isEqualTo("u");
        assertThat(image.history()).extracting(Image.History::createdBy).containsExactly("", "/bin/sh -c x");
    }

    @Test
    void S88_ofAnIndexTheImageForThisMachineIsTaken() {
        byte[] own = config(LAYER);
        byte[] foreign = "{\"architecture\":\"s390x\"}".getBytes(StandardCharsets.UTF_8);
        byte[] manifest = manifest(own, LAYER);
        byte[] index = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + descriptor(
                                "application/vnd.oci.image.manifest.v1+json",
                                foreign,
                                ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}")
                        + ","
                        + descriptor(
                                "application/vnd.oci.image.manifest.v1+json",
                                manifest,
                                ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                                        + io.felucca.images.content.Platform.architectureHere() + "\"}")
                        + "]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] archive = oci(
                descriptor(
                        "application/vnd.oci.image.index.v1+json",
                        index,
                        ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"multi:1\"}"),
                index,
                manifest,
                own,
                LAYER);

        assertThat(store.load(archive)).containsExactly(new Loaded("multi:1", BlobWriter.digestOf(own)));
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        return ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + descriptor("application/vnd.oci.image.config.v1+json", config, "") + ",\"layers\":["
                        + descriptor("application/vnd.oci.image.layer.v1.tar", layer, "") + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String mediaType, byte[] content, String more) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + BlobWriter.digestOf(content) + "\",\"size\":"
                + content.length + more + "}";
    }

    private static byte[] oci(String line, byte[]... blobs) {
        Tars tar = Tars.tar().file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        for (byte[] blob : blobs) {
            tar.file("blobs/sha256/" + BlobWriter.digestOf(blob).hex(), blob);
        }
        return tar.file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + line + "]}")
                .bytes();
    }

    private void assertRefused(byte[] archive, String message) {
        assertThatThrownBy(() -> store.load(archive))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining(message)
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
        try {
            assertThat(store.blobs()).isEmpty();
            assertThat(store.unfinished()).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void T12_aManifestThatIsAnIndexTooIsRefused() {
        byte[] own = config(LAYER);
        String both = new String(manifest(own, LAYER), StandardCharsets.UTF_8);
        byte[] confused =
                (both.substring(0, both.length() - 1) + ",\"manifests\":[]}").getBytes(StandardCharsets.UTF_8);
        String name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"m:1\"}";

        assertRefused(
                oci(descriptor("application/vnd.oci.image.manifest.v1+json", confused, name), confused, own, LAYER),
                "it has layers and manifests");
        assertRefused(
                oci(descriptor("application/vnd.oci.image.index.v1+json", confused, name), confused, own, LAYER),
                "is a manifest as well");
    }

    @Test
    void T12_digestsAreCheckedBeforeUse() {
        byte[] own = config(LAYER);
        byte[] manifest = manifest(own, LAYER);
        String line = descriptor("application/vnd.oci.image.manifest.v1+json", manifest, "");
        byte[] swapped = Tars.tar()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + line + "]}")
                .file("blobs/sha256/" + BlobWriter.digestOf(manifest).hex(), manifest)
                .file("blobs/sha256/" + BlobWriter.digestOf(own).hex(), own)
                .file("blobs/sha256/" + BlobWriter.digestOf(LAYER).hex(), UPPER)
                .bytes();

        assertRefused(swapped, "has the digest " + BlobWriter.digestOf(UPPER));
        assertRefused(
                dockerArchive(config(LAYER, UPPER), LAYER, LAYER),
                "invalid diffID for layer: expected \"" + BlobWriter.digestOf(UPPER) + "\", got \""
                        + BlobWriter.digestOf(LAYER) + "\"");
        assertRefused(dockerArchive(config(LAYER), LAYER, UPPER), "invalid manifest, layers length mismatch");
        String traversal =
                "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:../../x\",\"size\":1}";
        assertRefused(oci(traversal), "invalid digest: sha256:../../x");
    }

    @Test
    void T12_malformedArchivesAreRefused() {
        assertRefused("this is not a tar".getBytes(StandardCharsets.UTF_8), "unexpected EOF");
        assertRefused(Arrays.copyOf(dockerArchive(config(LAYER, UPPER), LAYER, UPPER), 4000), "unexpected EOF");
        assertRefused(LAYER, "no manifest.json, index.json or repositories");
        assertRefused(Tars.of("manifest.json", "null"), "invalid manifest.json");
        assertRefused(Tars.of("manifest.json", "[{}]"), "an image without Config");
        assertRefused(Tars.of("manifest.json", "[" + "[".repeat(5000)), "invalid manifest.json");
        assertRefused(Tars.of("manifest.json", "[{\"Config\":\"x\",\"Layers\":[]}]"), "open x: no such file");
        assertRefused(
                Tars.tar()
                        .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"l\"]}]")
                        .file("c", config("junk".getBytes(StandardCharsets.UTF_8)))
                        .file("l", "junk")
                        .bytes(),
                "unexpected EOF");
    }

    @Test
    void imagesOfOtherSystemsAreRefused() {
        byte[] windows = new String(config(LAYER, UPPER), StandardCharsets.UTF_8)
                .replace("\"linux\"", "\"windows\"")
                .getBytes(StandardCharsets.UTF_8);
        assertRefused(dockerArchive(windows, LAYER, UPPER), "cannot load windows image on linux");
    }

    @Test
    void T9_namesAndLinksThatLeadOutAreRefused() {
        assertRefused(Tars.of("../../etc/cron.d/x", "x"), "climbs out of its root");
        assertRefused(Tars.tar().symlink("a/b", "../../../etc/passwd").bytes(), "climbs out of its root");
        assertRefused(
                Tars.tar()
                        .file("manifest.json", "[{\"Config\":\"/etc/passwd\",\"Layers\":[]}]")
                        .bytes(),
                "open /etc/passwd: no such file");
        assertRefused(
                Tars.tar()
                        .symlink("c", "c")
                        .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]")
                        .bytes(),
                "too many links");
    }

    @Test
    void T9_aLayerThatClimbsOutIsRefusedWithItsImage() {
        assertRefused(
                dockerArchive(config(LAYER, Tars.of("../up", "x")), LAYER, Tars.of("../up", "x")),
                "the archive climbs out of its root: ../up");
        byte[] link = Tars.tar().hardLink("h", "a/../../etc/passwd").bytes();
        assertRefused(
                dockerArchive(config(LAYER, Tars.gzip(link)), LAYER, Tars.gzip(link)),
                "the archive climbs out of its root: a/../../etc/passwd");
    }

    @Test
    void T11_zerosWithoutEndAfterAnArchiveAreRefused() {
        byte[] archive = dockerArchive(config(LAYER, UPPER), LAYER, UPPER);

        assertRefused(Arrays.copyOf(archive, archive.length + (2 << 20)), "bytes follow the end of the archive");
        store.load(Arrays.copyOf(archive, archive.length + (1 << 19)));
        store.images.remove("z", true, true);
    }

    @Test
    void T11_aHugeManifestIsRefused() {
        byte[] huge = new byte[9 << 20];
        Arrays.fill(huge, (byte) ' ');

        assertRefused(Tars.tar().file("manifest.json", huge).bytes(), "is longer than");
    }

    @Test
    void T11_aConfigurationOfManyEmptyValuesIsRefused() {
        String own = new String(config(LAYER, UPPER), StandardCharsets.UTF_8);
        String bomb = own.replace("[1.50, null]", "[" + "{},".repeat(2_600_000) + "{}]");

        assertRefused(dockerArchive(bomb.getBytes(StandardCharsets.UTF_8), LAYER, UPPER), "Token count");
    }

    @Test
    void T11_namesOfMembersAreCharged() {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(tar);
        for (int i = 0; i < 40; i++) {
            byte[] name = ("x".repeat(500_000) + i).getBytes(StandardCharsets.US_ASCII);
            writer.write(new TarEntry(
                    name, TarEntry.FILE, 0600, 0, 0, 0, 0, EPOCH, EPOCH, new byte[0], 0, List.of(), Optional.empty()));
        }
        writer.finish();
        assertRefused(tar.toByteArray(), "the names of its members are longer than");
    }
}

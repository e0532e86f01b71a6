package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.content.BlobWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("issue 11: an image store with damaged files")
class DamagedStoreTest {

    @TempDir
    Path folder;

    private TestStore open() {
        return new TestStore(folder);
    }

    private Path index() {
        return folder.resolve("content/index.json");
    }

    private Path blob(String digest) {
        return folder.resolve("content/blobs/sha256").resolve(new Digest(digest).hex());
    }

    private static byte[] layer(int sizeBytes) {
        byte[] content = new byte[sizeBytes];
        new Random(sizeBytes).nextBytes(content);
        return Tars.tar().file("file", content).bytes();
    }

    private static Set<String> tags(TestStore store) {
        Set<String> tags = new TreeSet<>();
        store.images.list(true, Map.of()).forEach(image -> tags.addAll(image.tags()));
        return tags;
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private static void cut(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private static void damage(String how, Path file) throws IOException {
        switch (how) {
            case "flipped" -> flip(file);
            case "cut" -> cut(file);
            case "empty" -> Files.write(file, new byte[0]);
            case "zeros" -> Files.write(file, new byte[(int) Files.size(file)]);
            case "gone" -> Files.delete(file);
            default -> throw new IllegalArgumentException(how);
        }
    }

    /** A small layer is hashed on the way, a large one on a thread of its own. */
    @ParameterizedTest
    @ValueSource(ints = {2_000, 3_000_000})
    void saveRefusesADamagedLayer(int sizeBytes) throws IOException {
        byte[] tar = layer(sizeBytes);
        open().importTar(tar, "one");
        for (String how : List.of("flipped", "cut", "zeros")) {
            TestStore store = open();
            Path layer = blob(BlobWriter.digestOf(tar).value());
            byte[] good = Files.readAllBytes(layer);
            damage(how, layer);

            assertThatThrownBy(() -> store.save("one"))
                    .as(how)
                    .isInstanceOf(FeluccaException.class)
                    .hasMessage("blob " + layer + " is damaged: its " + Files.size(layer) + " bytes have the digest "
                            + BlobWriter.digestOf(Files.readAllBytes(layer))
                            + ": load or pull the image again, which replaces the blob");
            Files.write(layer, good);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flipped", "cut", "zeros", "empty"})
    void unpackingRefusesADamagedLayer(String how) throws IOException {
        byte[] tar = layer(2_000);
        Digest id = open().importTar(tar, "one");
        Path layer = blob(BlobWriter.digestOf(tar).value());
        damage(how, layer);
        TestStore store = open();

        assertThatThrownBy(() -> store.images.unpack(id, "two"))
                .isInstanceOf(FeluccaException.class)
                .hasMessageStartingWith("blob " + layer + " is damaged");
        assertThat(store.layers("two")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flipped", "cut", "zeros", "empty"})
    void loadingTheImageAgainReplacesWhatIsDamaged(String how) throws IOException {
        byte[] tar = layer(2_000);
        Digest id = open().importTar(tar, "one");
        byte[] archive = open().save("one");
        Path layer = blob(BlobWriter.digestOf(tar).value());
        damage(how, layer);
        TestStore store = open();
        assertThatThrownBy(() -> store.save("one")).hasMessageContaining("is damaged");

        store.load(archive);

        assertThat(store.save("one")).isEqualTo(archive);
        assertThat(store.images.get("one").id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flipped", "cut", "zeros", "empty", "gone"})
    void anImageWithADamagedConfigurationHidesNoOtherAndCanBeRemoved(String how) throws IOException {
        TestStore before = open();
        Digest bad = before.importFile("one", "bad");
        before.importFile("two", "good");
        damage(how, blob(bad.value()));

        TestStore store = open();

        assertThat(tags(store)).containsExactly("good:latest");
        assertThatThrownBy(() -> store.images.get("bad")).isInstanceOf(FeluccaException.class);
        store.images.remove("bad", false, true);
        assertThat(blob(bad.value())).doesNotExist();
        assertThat(tags(open())).containsExactly("good:latest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "zeros", "empty", "gone"})
    void aDamagedIndexKeepsAllNames(String how) throws IOException {
        TestStore before = open();
        before.importFile("one", "one:1");
        before.importFile("two", "two:2");
        before.images.tag("two:2", "other:3");
        Set<String> blobs = before.blobs();
        damage(how, index());

        TestStore store = open();

        assertThat(tags(store)).containsExactly("one:1", "other:3", "two:2");
        assertThat(store.blobs()).isEqualTo(blobs);
        assertThat(folder.resolve("content/index.json.damaged").toFile().exists())
                .isEqualTo(!how.equals("gone"));
        // What was made again is the store from now on.
        store.images.remove("one:1", false, true);
        assertThat(tags(open())).containsExactly("other:3", "two:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "zeros", "empty", "gone"})
    void withoutAGoodCopyImagesAreKeptByTheirIds(String how) throws IOException {
        TestStore before = open();
        Digest one = before.importFile("one", "one:1");
        Digest two = before.importFile("two", "two:2");
        Set<String> blobs = before.blobs();
        damage(how, index());
        damage(how, folder.resolve("content/index.json.copy"));

        TestStore store = open();

        assertThat(store.images.list(true, Map.of()).stream().map(Image::id)).containsExactlyInAnyOrder(one, two);
        assertThat(tags(store)).isEmpty();
        assertThat(store.blobs()).isEqualTo(blobs);
        store.images.tag(one.value(), "one:1");
        assertThat(tags(open())).containsExactly("one:1");
        assertThat(open().blobs()).isEqualTo(blobs);
    }

    @Test
    void anOlderCopyLosesNoImageAndBringsBackNoneThatHasGone() throws IOException {
        TestStore before = open();
        Digest gone = before.importFile("gone", "gone:1");
        before.importFile("one", "one:1");
        byte[] older = Files.readAllBytes(folder.resolve("content/index.json.copy"));
        before.images.remove("gone:1", false, true);
        Digest newer = before.importFile("two", "two:2");
        Files.write(folder.resolve("content/index.json.copy"), older);
        damage("cut", index());

        TestStore store = open();

        assertThat(tags(store)).containsExactly("one:1");
        assertThat(store.images.list(true, Map.of()).stream().map(Image::id))
                .contains(newer)
                .doesNotContain(gone);
    }
}

package io.felucca.images.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Image;
import io.felucca.images.store.Tars;
import io.felucca.images.store.TestStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("images, tag, and names (S13 to S15)")
class ImageListTest {

    @TempDir
    Path folder;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(folder);
    }

    private List<Digest> list(String filter, String... values) {
        return store.images.list(false, Map.of(filter, List.of(values))).stream()
                .map(Image::id)
                .toList();
    }

    @Test
    void S13_twoTagsOfARepositoryResolveToTwoIds() {
        Digest first = store.importFile("1", "repo:1");
        Digest second = store.importFile("2", "repo:2");

        assertThat(store.images.get("repo:1").id()).isEqualTo(first);
        assertThat(store.images.get("docker.io/library/repo:2").id()).isEqualTo(second);
        assertThat(store.images.list(false, Map.of())).extracting(Image::id).containsExactly(second, first);
    }

    @Test
    void S14_noTagMeansLatest() {
        Digest id = store.importFile("1", "repo");
        store.images.tag("repo", "other");

        assertThat(store.images.get("other:latest").id()).isEqualTo(id);
        assertThat(store.images.get("repo:latest").tags()).containsExactly("other:latest", "repo:latest");
    }

    @Test
    void S15_namesOfTwoPartsAndOfOtherRegistries() {
        store.importFile("1", "jwilder/nginx-proxy");
        store.images.tag("jwilder/nginx-proxy", "quay.io/a/b/c:v1");

        assertThat(store.images.get("quay.io/a/b/c:v1").tags())
                .containsExactly("jwilder/nginx-proxy:latest", "quay.io/a/b/c:v1");
    }

    @Test
    void idsAndTheirBeginningsName() {
        Digest id = store.importFile("1", "");

        assertThat(store.images.get(id.value()).id()).isEqualTo(id);
        assertThat(store.images.get(id.hex()).id()).isEqualTo(id);
        assertThat(store.images.get(id.shortHex()).id()).isEqualTo(id);
        assertThat(store.images.get("sha256:" + id.shortHex()).id()).isEqualTo(id);
    }

    @Test
    void theBeginningOfSeveralIdsIsRefused() {
        Map<Character, Digest> seen = new HashMap<>();
        String shared = "";
        for (int i = 0; shared.isEmpty(); i++) {
            Digest id = store.importFile("content " + i, "");
            if (seen.put(id.hex().charAt(0), id) != null) {
                shared = id.hex().substring(0, 1);
            }
        }
        String prefix = shared;

        assertThatThrownBy(() -> store.images.get(prefix))
                .hasMessage("Multiple IDs found with provided prefix: " + prefix)
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
    }

    @Test
    void filtersAreDockers() {
        Digest old = store.importTar(Tars.of("a", "1"), "a/old:1", "LABEL x=1");
        Digest mid = store.importTar(Tars.of("a", "2"), "mid", "LABEL x=2");
        Digest none = store.importTar(Tars.of("a", "3"), "");

        assertThat(list("label", "x")).containsExactly(mid, old);
        assertThat(list("label", "x=1")).containsExactly(old);
        assertThat(list("before", "mid")).containsExactly(old);
        assertThat(list("since", "mid")).containsExactly(none);
        assertThat(list("dangling", "true")).containsExactly(none);
        assertThat(list("dangling", "false")).containsExactly(mid, old);
        assertThat(list("reference", "m*")).containsExactly(mid);
        assertThat(list("reference", "*:1")).isEmpty();
        assertThat(list("reference", "*/*:1")).containsExactly(old);
        assertThat(list("reference", "a/old", "mid")).containsExactly(mid, old);
        assertThatThrownBy(() -> list("foo", "bar")).hasMessage("Invalid filter 'foo'");
        assertThatThrownBy(() -> list("dangling", "x")).hasMessage("Invalid filter 'dangling=[x]'");
        assertThatThrownBy(() -> list("before", "nope")).hasMessage("No such image: nope:latest");
    }

    @Test
    void S3_theStoreOpensAgainWithTheSameImages() {
        Digest id = store.importTar(Tars.of("a", "1"), "a/old:1", "LABEL x=1");
        store.importFile("2", "");
        List<Image> before = store.images.list(true, Map.of());

        assertThat(new TestStore(folder).images.list(true, Map.of())).isEqualTo(before);
        assertThat(new TestStore(folder).images.get("a/old:1").id()).isEqualTo(id);
    }

    @Test
    void theCacheOfSizesCanBeThrownAway() throws IOException {
        store.importFile("12345", "x");
        try (var files = Files.newDirectoryStream(folder.resolve("images/layer-sizes"))) {
            for (Path file : files) {
                Files.delete(file);
            }
        }

        assertThat(new TestStore(folder).images.get("x").sizeBytes()).isEqualTo(5);
    }

    @Test
    void whatACrashLeftIsRemovedAtTheNextStart() throws IOException {
        Digest id = store.importFile("1", "x");
        Files.writeString(folder.resolve("content/ingest/blob1.tmp"), "half");
        Files.writeString(folder.resolve("content/blobs/sha256/" + "ab".repeat(32)), "unused");
        Files.createDirectories(folder.resolve("storage/one/unpack-1,ACTIVE,"));
        Files.createDirectories(folder.resolve("storage/one/" + "cd".repeat(32) + ",COMMITTED,"));

        TestStore again = new TestStore(folder);
        again.images.unpack(id, "one");

        assertThat(again.unfinished()).isEmpty();
        assertThat(again.blobs()).hasSize(3);
        assertThat(again.layers("one")).hasSize(1);
    }

    @Test
    void T12_aDamagedImageHidesNoOther() throws IOException {
        Digest damaged = store.importFile("1", "damaged");
        Digest whole = store.importFile("2", "whole");
        Files.writeString(folder.resolve("content/blobs/sha256/" + damaged.hex()), "{\"rootfs\":");

        TestStore again = new TestStore(folder);

        assertThat(again.images.list(true, Map.of())).extracting(Image::id).containsExactly(whole);
        assertThatThrownBy(() -> again.images.get("damaged")).hasFieldOrPropertyWithValue("kind", Kind.SYSTEM);
        again.importFile("3", "third");
        again.images.remove("third", false, true);
        again.images.diskUsage();
        again.images.remove("damaged", false, true);
        assertThat(again.blobs()).hasSize(3);
        assertThat(again.images.get("whole").id()).isEqualTo(whole);
    }

    @Test
    void T12_anImageWhoseManifestIsDamagedCanBeRemoved() throws IOException {
        store.importFile("1", "damaged");
        for (String blob : store.blobs()) {
            Path file = folder.resolve("content/blobs/sha256/" + blob);
            if (Files.readString(file, StandardCharsets.ISO_8859_1).contains("schemaVersion")) {
                Files.writeString(file, "{");
            }
        }
        TestStore again = new TestStore(folder);
        Digest whole = again.importFile("2", "whole");

        assertThat(again.images.list(true, Map.of())).extracting(Image::id).containsExactly(whole);
        again.images.remove("damaged", false, true);

        assertThat(new TestStore(folder).blobs()).hasSize(3);
    }
}

package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.images.Image;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Index;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether a store's folder is whole, looked at from outside. */
final class StoreCheck {

    private StoreCheck() {}

    /** index.json leads to every blob and to none that is not there; digests hold; every image is listed and unpacks. */
    static void assertWhole(String when, TestStore store) throws IOException {
        assertThat(store.unfinished()).as(when).isEmpty();
        Path content = store.root.resolve("content");
        Set<String> wanted = new TreeSet<>();
        Index index = Index.parse(Files.readAllBytes(content.resolve("index.json")), "index.json");
        for (Descriptor line : index.manifests()) {
            wanted.add(line.contentDigest().hex());
            var manifest = ContentJson.readObject(
                    Files.readAllBytes(blob(content, line.contentDigest().hex())), "manifest");
            wanted.add(hex(manifest.path("config").path("digest").asText()));
            manifest.path("layers")
                    .forEach(layer -> wanted.add(hex(layer.path("digest").asText())));
        }
        assertThat(store.blobs()).as(when).isEqualTo(wanted);
        for (String hex : wanted) {
            assertThat(BlobWriter.digestOf(Files.readAllBytes(blob(content, hex)))
                            .hex())
                    .as(when)
                    .isEqualTo(hex);
        }
        List<Image> images = store.images.list(true, Map.of());
        assertThat(images)
                .as(when)
                .hasSameSizeAs(new HashSet<>(index.manifests().stream()
                        .map(line -> line.annotation(IndexEntry.IMAGE_ID))
                        .toList()));
        String driver = store.storage.defaultDriver();
        Set<String> chains = new HashSet<>();
        images.forEach(image -> chains.add(store.images.unpack(image.id(), driver)));
        if (!images.isEmpty()) {
            assertThat(store.layers(driver)).as(when).isEqualTo(chains);
        }
    }

    private static String hex(String digest) {
        return new Digest(digest).hex();
    }

    private static Path blob(Path content, String hex) {
        return content.resolve("blobs/sha256").resolve(hex);
    }
}

package io.felucca.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.ImageContent.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OCI's manifests in Docker's form. */
class Schema2Test {

    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "sha256:" + "c".repeat(64);
    private static final String LAYER = "sha256:" + "1".repeat(64);

    private static Document manifest(String mediaType, String layerType) {
        String content = """
                {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":7,"digest":"%s"},
                 "layers":[{"mediaType":"%s","digest":"%s","size":5000000000}],"annotations":{"a":"b"}}
                """.formatted(CONFIG, layerType, LAYER);
        return new Document(content.getBytes(StandardCharsets.UTF_8), mediaType);
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.v1.tar, ''",
        "application/vnd.oci.image.layer.v1.tar+gzip, .gzip",
        "application/vnd.docker.image.rootfs.diff.tar, ''",
        "application/vnd.docker.image.rootfs.diff.tar.gzip, .gzip"
    })
    @DisplayName("S20: the same blobs stand in it, by Docker's media types")
    void sameBlobs(String layerType, String compression) throws IOException {
        Document written = Schema2.of(manifest(OCI, layerType)).orElseThrow();

        assertThat(written.mediaType()).isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
        assertThat(new String(written.content(), StandardCharsets.UTF_8))
                .isEqualTo("""
                {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",\
                "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":7,"digest":"%s"},\
                "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar%s","size":5000000000,"digest":"%s"}]}\
                """.formatted(CONFIG, compression, LAYER));
    }

    @Test
    @DisplayName(
            "S20: an image with zstd layers, an index, an artifact and what is schema 2 already have no other form")
    void whatHasNone() throws IOException {
        String layer = "application/vnd.oci.image.layer.v1.tar";

        assertThat(Schema2.of(manifest(OCI, layer + "+zstd"))).isEmpty();
        assertThat(Schema2.of(manifest("application/vnd.oci.image.index.v1+json", layer)))
                .isEmpty();
        assertThat(Schema2.of(manifest("application/vnd.docker.distribution.manifest.v2+json", layer)))
                .isEmpty();
        Document artifact = new Document(
                new String(manifest(OCI, layer).content(), StandardCharsets.UTF_8)
                        .replace("application/vnd.oci.image.config.v1+json", "application/vnd.example+json")
                        .getBytes(StandardCharsets.UTF_8),
                OCI);
        assertThat(Schema2.of(artifact)).isEmpty();
    }
}

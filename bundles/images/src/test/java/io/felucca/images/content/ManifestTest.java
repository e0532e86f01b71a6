package io.felucca.images.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ManifestTest {

    private static final Digest DIGEST = new Digest("sha256:" + "1".repeat(64));

    private static Descriptor layer(String mediaType) {
        return Descriptor.of(mediaType, DIGEST, 7);
    }

    @Test
    @DisplayName("S19: a manifest that is made here has OCI's names for layers that came with Docker's")
    void layersHaveOciTypes() {
        String oci = "application/vnd.oci.image.layer.v1.tar";
        String docker = "application/vnd.docker.image.rootfs.diff.tar";

        Manifest made = Manifest.of(
                Descriptor.of(MediaTypes.CONFIG, DIGEST, 2),
                List.of(layer(docker), layer(docker + ".gzip"), layer(oci + "+zstd"), layer("other/type")));

        assertThat(made.layers())
                .containsExactly(layer(oci), layer(oci + "+gzip"), layer(oci + "+zstd"), layer("other/type"));
    }
}

package io.felucca.images.content;

import io.felucca.Digest;
import java.nio.file.Path;

/**
 * Where things lie in an OCI image layout (OCI image-spec 1.1, image-layout.md). {@code ingest} is not the
 * specification's: unfinished blobs and spooled members live there, and nothing in it survives a start.
 *
 * @param root the layout's folder
 */
public record ContentFiles(Path root) {

    public Path layout() {
        return root.resolve("oci-layout");
    }

    public Path index() {
        return root.resolve("index.json");
    }

    public Path blobs() {
        return root.resolve("blobs").resolve("sha256");
    }

    public Path blob(Digest digest) {
        return blobs().resolve(digest.hex());
    }

    public Path ingest() {
        return root.resolve("ingest");
    }
}

package io.felucca.images.content;

import io.felucca.Digest;
import java.nio.file.Path;

/**
 * Where things lie in an OCI image layout (OCI image-spec 1.1, image-layout.md). {@code ingest} is not the
 * specification's: unfinished blobs and spooled members live there, and nothing in it survives a start. Neither are the
 * copies of index.json.
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

    /** What {@link #index} last held, for when a disk damages it. */
    public Path indexCopy() {
        return root.resolve("index.json.copy");
    }

    /** A damaged {@link #index}, kept for an administrator. */
    public Path damagedIndex() {
        return root.resolve("index.json.damaged");
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

    /** Blobs that arrived in part, by digest; the next attempt goes on where they end. */
    public Path partial() {
        return root.resolve("partial");
    }
}

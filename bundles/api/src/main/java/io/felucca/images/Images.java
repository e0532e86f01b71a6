package io.felucca.images;

import io.felucca.Digest;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The image store: an OCI image layout in {@code <data root>/content}, and the unpacking of its layers into storage
 * drivers. Names are what a user types: a reference, an id or its prefix, with or without {@code sha256:}. Nothing that
 * a method has returned is lost by a crash; nothing half-made is seen. Thread-safe. Errors everywhere: NOT_FOUND with
 * Docker's "No such image: …"; INVALID for a malformed reference, the beginning of several ids, or a malformed archive;
 * SYSTEM for the disk. Streams that are handed in are read or written on the caller's thread and not closed.
 */
@ProviderType
public interface Images {

    /**
     * Makes an image of one layer from a root filesystem archive, plain or compressed by gzip, bzip2, xz or zstd.
     */
    Digest importRootfs(InputStream archive, Import image, Progress progress);

    /**
     * The same from a URL, which the engine itself downloads; without a scheme it is taken for HTTP. The progress is
     * told nothing before the server has answered.
     *
     * @throws io.felucca.FeluccaException SYSTEM when the download fails
     */
    Digest importUrl(String url, Import image, Progress progress);

    /**
     * Loads Docker archives of the old and the new form and OCI archives, compressed or not; yields what was loaded. All
     * of the archive or nothing: digests are checked first. Layers are unpacked at first use. The progress is told each
     * layer, and Docker's line when a name moves away from an older image.
     */
    List<Loaded> load(InputStream archive, Progress progress);

    /**
     * Writes an archive that Docker and OCI tools read: the tags that were named are kept, a repository without a tag
     * stands for all its tags, an id for the image without a name. The same images always give the same bytes.
     */
    void save(List<String> names, OutputStream out);

    Image get(String name);

    /** Newest first. {@code filters} are Docker's: dangling, label, before, since, reference; INVALID for an unknown one. */
    List<Image> list(boolean all, Map<String, List<String>> filters);

    /** @param target a reference; its tag moves when it exists */
    void tag(String name, String target);

    /**
     * Untags, or deletes with the last tag. A container's use is a CONFLICT with Docker's text.
     *
     * @param prune whether untagged parents go too
     */
    List<Removed> remove(String name, boolean force, boolean prune);

    /** Removes dangling images, or with the filter {@code dangling=false} all without a container. */
    Pruned prune(Map<String, List<String>> filters);

    /**
     * Makes sure that every layer of an image is unpacked in a storage driver and gives the chain id (64 hexadecimal
     * digits) of its top layer there, empty for an image without layers.
     */
    String unpack(Digest id, String driver);

    /**
     * Removes an image's layers from a storage driver; the image stays, and is unpacked there again when somebody needs
     * it. What containers or layers of other images are on stays, and all when the image is being unpacked there.
     *
     * @return whether nothing of it is left there
     */
    boolean evict(Digest id, String driver);

    /** The storage drivers that an image is unpacked in now; empty for an image without layers. */
    Set<String> unpackedIn(Digest id);

    /** Bytes of blobs, and of layers unpacked by each driver. */
    DiskUsage diskUsage();

    /**
     * What lies in the storage drivers that are here, layer by layer, by driver and name: layers of images, the layers
     * with mount points over them, and what containers write to, whose layers have the containers' ids for names.
     */
    List<StoredLayer> storedLayers();

    /**
     * What an imported image becomes.
     *
     * @param reference empty for none
     * @param changes Dockerfile instructions ({@code --change})
     * @param message history comment ({@code --message}); empty for Docker's "Imported from -"
     * @param platform {@code linux}, {@code arm64} or {@code linux/arm/v7}; empty for this machine's
     */
    record Import(String reference, List<String> changes, String message, String platform) {}

    /** @param reference familiar reference, or empty for an image without one */
    record Loaded(String reference, Digest id) {}

    /** One line of rmi: {@code Untagged: x} or {@code Deleted: sha256:…} (an image's id, or a layer's chain id); the other is empty. */
    record Removed(String untagged, String deleted) {}

    /** @param reclaimedBytes of the layers that went, as Docker counts */
    record Pruned(List<Removed> removed, long reclaimedBytes) {}

    /**
     * @param layerBytesByDriver of the layers that are unpacked in each storage driver
     * @param layerBytes of the layers of all images, each counted once
     * @param sharedBytes for each image, of those of its layers that other images have too
     */
    record DiskUsage(
            long blobBytes, Map<String, Long> layerBytesByDriver, long layerBytes, Map<Digest, Long> sharedBytes) {}

    /**
     * A layer in a storage driver.
     *
     * @param parent the name of the layer below; empty for none
     * @param sizeBytes of what it holds itself
     * @param images whose layer it is, or is made for; empty for a container's
     */
    record StoredLayer(String driver, String name, String parent, long sizeBytes, Set<Digest> images) {}

    /** Told how far a long work is. Called from any thread; must not block long. */
    interface Progress {

        Progress NONE = (id, action, current, total) -> {};

        /**
         * @param id a short layer id or empty
         * @param action Docker's words: {@code Loading layer}
         * @param totalBytes 0 when unknown
         */
        void report(String id, String action, long currentBytes, long totalBytes);
    }
}

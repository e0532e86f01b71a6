package io.felucca.images;

import io.felucca.Digest;
import io.felucca.IdMap;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What lies in the layer that a container writes to: its differences, its files, an image of it. It is the image store's
 * because archives, differences and blobs are; nothing here knows what a container is, and no program runs. Paths
 * are resolved as a process of the container would see them, by the kernel, below the layer's root: whatever a process
 * renames or links meanwhile, nothing outside is reached. What is mounted over the layer (tmpfs, /proc, and
 * volumes unless a view of them is given) is not seen. Owners are those inside the layer's user namespace. Thread-safe.
 *
 * <p>Errors everywhere: NOT_FOUND for a layer that is not there, SYSTEM for the disk, UNAVAILABLE without the driver.
 */
@ProviderType
public interface Layers {

    /** The changes since the layer was made, sorted by the bytes of the paths; the caller closes them. */
    Changes changes(Layer layer);

    /** Opens the whole tree, to be written as one flat archive. */
    Archive tree(Layer layer);

    /**
     * Looks at a file.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND when there is none; INVALID where a file is taken for a directory
     */
    PathStat stat(Layer layer, String path);

    /** Opens a file or a directory with all below it, to be written as an archive; its members begin with its name. */
    Archive open(Layer layer, String path);

    /**
     * Unpacks an archive, which may be compressed, into a directory that is there. Names and links stay inside that
     * directory as the layer's root would resolve them.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND without that path; INVALID when it is no directory, for what is no
     *     archive or climbs out, and for a collision that {@code rules} forbid
     */
    void extract(Layer layer, String path, InputStream tar, Extraction rules);

    /**
     * Makes an image: the parent's layers and what this one has changed, written once as a plain archive while it is
     * hashed. A layer without changes adds none. Whoever writes to the layer is held meanwhile by the caller.
     */
    Digest commit(Commit commit);

    /**
     * Makes an image that is one step further than another: its layers, what a layer has changed where one is given, a
     * configuration and a line of history. As {@link #commit} otherwise.
     */
    Digest step(Step step);

    /**
     * Takes the image of a step from one that the same step made before, perhaps elsewhere: it has the layers and the
     * history of the step's parent, and then a line of history with the step's command and author, whose layer is taken.
     * When nothing follows in it and its configuration is the step's, it is the image.
     *
     * @param step whose own layer is not asked for
     * @return empty when the other image is not so
     */
    Optional<Digest> reuse(Step step, Digest other);

    /**
     * Makes an image that has one layer in the place of those that another has above its base; their lines of history
     * stay, without layers, and a line tells of it.
     */
    Digest squash(Squash squash);

    /** Whether a stream begins as an archive does, compressed or not. Reads a part of it, and closes nothing. */
    boolean isArchive(InputStream in);

    /**
     * Copies what a layer has changed into one of another driver, and compares the two trees: names, kinds, owners, modes,
     * times, attributes, links, holes, and the bytes of what was changed. Sockets stay behind. On disk when it returns.
     *
     * @param to prepared over the same image with the same map, and not written to
     * @throws io.felucca.FeluccaException SYSTEM when the trees differ in the end, with the first path that does
     */
    void copy(Layer from, Layer to);

    /**
     * @param key of an active layer in the driver
     * @param idMap that it was prepared with
     * @param view a folder that shows the layer with what is mounted over it, for looking at files, opening and unpacking;
     *     without one the layer alone is seen
     */
    record Layer(String driver, String key, IdMap idMap, Optional<Path> view) {

        public Layer(String driver, String key, IdMap idMap) {
            this(driver, key, idMap, Optional.empty());
        }
    }

    /** Docker's numbers are the ordinals. */
    enum Kind {
        MODIFIED,
        ADDED,
        DELETED
    }

    /** Changes, read once; more than memory takes lie in a file until this is closed. For one thread. */
    interface Changes extends Iterator<Change>, AutoCloseable {
        @Override
        void close();
    }

    /** @param path with a leading slash; bytes that are no UTF-8 are shown as U+FFFD */
    record Change(Kind kind, String path) {}

    /**
     * @param name the last part of the path as it was asked for; {@code /} for the root
     * @param unixMode as in {@code st_mode}, with the type
     * @param linkTarget of a symbolic link, wholly resolved below the root; else empty
     */
    record PathStat(String name, long sizeBytes, int unixMode, Instant modified, String linkTarget) {}

    /**
     * @param noOverwriteDirNonDir refuses a directory in place of something else and the reverse
     * @param uid who owns all that is unpacked, -1 for the archive's owners; {@code gid} likewise
     */
    record Extraction(boolean noOverwriteDirNonDir, int uid, int gid) {

        public static final Extraction PLAIN = new Extraction(false, -1, -1);
    }

    /**
     * @param reference empty for none
     * @param author empty for none, as {@code comment}
     * @param createdBy what the history says of the layer
     * @param container the id that the configuration names
     * @param containerConfig what that container had
     * @param config of the new image, before {@code changes}
     * @param changes Dockerfile instructions
     */
    record Commit(
            Layer layer,
            Digest parent,
            String reference,
            String author,
            String comment,
            String createdBy,
            String container,
            ImageConfig containerConfig,
            ImageConfig config,
            List<String> changes) {}

    /**
     * A step of a build.
     *
     * @param layer empty for a step that changes the configuration alone
     * @param parent empty for an image from nothing
     * @param createdBy what the history says of it
     * @param container the id that the configuration names
     * @param containerConfig what that container had
     * @param config in whole
     * @param latest the time that it is made at, and that nothing in it is younger than; empty for now
     */
    record Step(
            Optional<Layer> layer,
            Optional<Digest> parent,
            String author,
            String createdBy,
            String container,
            ImageConfig containerConfig,
            ImageConfig config,
            Optional<Instant> latest) {}

    /**
     * An image to be squashed, and how far down.
     *
     * @param base empty to leave one layer alone
     * @param driver that both are unpacked in
     * @param chain of the image there; empty for an image without layers, as {@code baseChain} of the base
     * @param latest as of a step
     */
    record Squash(
            Digest image,
            Optional<Digest> base,
            String driver,
            String chain,
            String baseChain,
            Optional<Instant> latest) {}

    /** What was opened; it may be written once. Closing gives the layer back. */
    interface Archive extends AutoCloseable {

        PathStat stat();

        /** Writes it, uncompressed; what vanishes meanwhile is left out. The stream stays open. */
        void writeTo(OutputStream out);

        @Override
        void close();
    }
}

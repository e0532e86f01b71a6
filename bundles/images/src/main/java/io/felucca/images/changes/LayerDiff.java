package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Vanishing;
import io.felucca.images.tar.TarWriter;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What differs between two trees, as a list or as a layer archive (OCI image-spec, layer.md). Entries are in the order
 * of their names' bytes, so that equal trees give equal archives. Sockets are left out, and overlay's own attributes.
 * The root itself is no entry, as in dockerd's archives. Streams stay open. Stateless.
 */
public final class LayerDiff {

    private LayerDiff() {}

    /** Chooses paths (without a leading slash); what is left out is left out with all below it. */
    @FunctionalInterface
    public interface Filter {
        Filter ALL = path -> true;

        boolean includes(byte[] path);
    }

    /** Compares two views; an empty lower one has nothing. */
    public static SortedChanges changes(Optional<Directory> lower, Directory upper, Owners owners, Filter filter) {
        return changes(lower, upper, Optional.empty(), owners, filter);
    }

    /**
     * As above, of two views that share inodes.
     *
     * @param only where they may differ, as {@link io.felucca.storage.spi.LayerChanges} tells; empty for everywhere
     */
    public static SortedChanges changes(
            Optional<Directory> lower, Directory upper, Optional<PathTree> only, Owners owners, Filter filter) {
        return SortedChanges.of(sink -> new TreeComparison(filter, owners, sink).compare(lower, upper, only));
    }

    /** The changes that an overlay's upper directory holds over its lower view. */
    public static SortedChanges overlayChanges(
            Optional<Directory> lower, Directory upperDirectory, Owners owners, Filter filter) {
        return SortedChanges.of(sink -> new OverlayWalk(filter, owners, false, sink).walk(lower, upperDirectory));
    }

    /** Writes the differences of two views; returns the sum of the files' sizes. */
    public static long write(
            Optional<Directory> lower, Directory upper, Owners owners, Filter filter, OutputStream tar) {
        return write(lower, upper, Optional.empty(), owners, filter, Optional.empty(), tar);
    }

    /**
     * As above, of two views that share inodes; {@code only} as of {@link #changes}.
     *
     * @param latest the time of what was changed after it; empty for the times as they are
     */
    public static long write(
            Optional<Directory> lower,
            Directory upper,
            Optional<PathTree> only,
            Owners owners,
            Filter filter,
            Optional<Instant> latest,
            OutputStream tar) {
        TarWriter writer = new TarWriter(tar);
        try (MemberSink members = new MemberSink(writer, "", latest)) {
            new TreeComparison(filter, owners, members).compare(lower, upper, only);
            writer.finish();
            return members.sizeBytes();
        }
    }

    /**
     * Writes what an overlay's upper directory holds; returns the sum of the files' sizes.
     *
     * @param lowers asked where a directory hides what is below it
     */
    public static long writeOverlay(
            Directory upperDirectory,
            LowerDirectories lowers,
            Owners owners,
            Filter filter,
            Optional<Instant> latest,
            OutputStream tar) {
        TarWriter writer = new TarWriter(tar);
        try (MemberSink members = new MemberSink(writer, "", latest)) {
            new OverlayWalk(filter, owners, true, members).walk(Optional.empty(), upperDirectory, lowers);
            writer.finish();
            return members.sizeBytes();
        }
    }

    /**
     * Writes one file, or a directory with all below it.
     *
     * @param parent where it lies; of the root it is the root itself
     * @param name there; empty for {@code parent} itself
     * @param as how it is called in the archive: {@code .}, {@code /} or a name
     */
    public static void writeNamed(Directory parent, byte[] name, String as, Owners owners, OutputStream tar) {
        TarWriter writer = new TarWriter(tar);
        addNamed(writer, parent, name, as, owners);
        writer.finish();
    }

    /** Writes several directories, each with all below it. */
    public static void writeFolders(List<NamedFolder> folders, Owners owners, OutputStream tar) {
        TarWriter writer = new TarWriter(tar);
        for (NamedFolder folder : folders) {
            addNamed(writer, folder.directory(), new byte[0], folder.name(), owners);
        }
        writer.finish();
    }

    /** @param name how it is called in the archive */
    public record NamedFolder(String name, Directory directory) {}

    private static void addNamed(TarWriter writer, Directory parent, byte[] name, String as, Owners owners) {
        boolean root = as.equals("/");
        EntryPath path = root ? EntryPath.ROOT : new EntryPath(as);
        try (MemberSink members = new MemberSink(writer, root ? "/" : "", Optional.empty())) {
            Optional<Directory> directory = Vanishing.open(parent, name);
            if (directory.isPresent()) {
                try (Directory open = directory.get()) {
                    members.directory(path, open, owners.inside(open.stat()));
                    new TreeComparison(Filter.ALL, owners, members).list(path, open);
                }
            } else {
                Optional<Stat> stat = parent.find(name).map(owners::inside);
                stat.ifPresent(there -> members.file(path, name, parent, there));
            }
        }
    }

    /** Writes an archive of no change; gives 0. */
    public static long writeNothing(OutputStream tar) {
        new TarWriter(tar).finish();
        return 0;
    }

    /** Writes a whole tree; returns the sum of the files' sizes. */
    public static long writeTree(Directory root, Owners owners, Filter filter, OutputStream tar) {
        return write(Optional.empty(), root, owners, filter, tar);
    }
}

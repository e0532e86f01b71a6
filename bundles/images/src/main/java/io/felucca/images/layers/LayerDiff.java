package io.felucca.images.layers;

import io.felucca.linux.Directory;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * What differs between two trees, as a list or as a layer archive (OCI image-spec, layer.md). Entries are in the order
 * of their names' bytes, so that equal trees give equal archives. Stateless.
 */
public final class LayerDiff {

    private LayerDiff() {}

    /** Chooses paths (without a leading slash); what is left out is left out with all below it. */
    @FunctionalInterface
    public interface Filter {
        Filter ALL = path -> true;

        boolean includes(byte[] path);
    }

    /** Compares two views, sorted by path; an empty lower one has nothing. */
    public static List<Change> changes(Optional<Directory> lower, Directory upper, Filter filter) {
        throw new UnsupportedOperationException();
    }

    /** The changes that an overlay's upper directory holds over its lower view. */
    public static List<Change> overlayChanges(Optional<Directory> lower, Directory upperDirectory, Filter filter) {
        throw new UnsupportedOperationException();
    }

    /** Writes the differences of two views; returns the sum of the files' sizes. */
    public static long write(Optional<Directory> lower, Directory upper, Filter filter, OutputStream tar) {
        throw new UnsupportedOperationException();
    }

    /** Writes what an overlay's upper directory holds. */
    public static long writeOverlay(Directory upperDirectory, Filter filter, OutputStream tar) {
        throw new UnsupportedOperationException();
    }

    /** Writes a whole tree. */
    public static long writeTree(Directory root, Filter filter, OutputStream tar) {
        throw new UnsupportedOperationException();
    }
}

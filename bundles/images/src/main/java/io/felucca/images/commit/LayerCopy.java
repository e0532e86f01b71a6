package io.felucca.images.commit;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Layers.Layer;
import io.felucca.images.changes.ChangedPaths;
import io.felucca.images.changes.SortedChanges;
import io.felucca.images.changes.TreeEquality;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Limits;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Whiteouts;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Brings what a layer has changed to a layer of another driver, by way of a layer archive, which is the one form that all
 * drivers have in common. Both are seen through their mounts, so that nothing of a driver's own form counts.
 */
final class LayerCopy {

    private static final int PIPE_BYTES = 1 << 18;

    private final LayerFiles files;

    LayerCopy(LayerFiles files) {
        this.files = files;
    }

    void copy(Layer from, Layer to) {
        files.mounted(to, target -> {
            stream(from, to, target);
            files.mounted(from, source -> {
                LayerApplier.copyRoot(target, source);
                check(from, to, source, target);
                return source;
            });
            target.syncFileSystem();
            return target;
        });
    }

    private void stream(Layer from, Layer to, Directory target) {
        try (PipedInputStream in = new PipedInputStream(PIPE_BYTES)) {
            PipedOutputStream out = new PipedOutputStream(in);
            CompletableFuture<Void> written = CompletableFuture.runAsync(
                    () -> {
                        try (out) {
                            files.writeChanges(from, Optional.empty(), out);
                        } catch (IOException e) {
                            throw FeluccaException.system("the other side has failed: " + e.getMessage(), e);
                        }
                    },
                    work -> new Thread(work, "felucca-layer-copy").start());
            try {
                LayerApplier.apply(in, target, Whiteouts.PLAIN, Limits.NONE, new Owners(to.idMap()));
            } catch (RuntimeException e) {
                in.close(); // ends the writing side too
                throw written.handle((nothing, failure) -> cause(failure, e)).join();
            }
            written.join();
        } catch (CompletionException e) {
            throw cause(e, e);
        } catch (IOException e) {
            throw FeluccaException.system("copying the layer " + from.key() + ": " + e.getMessage(), e);
        }
    }

    /** A reader that is cut off says less than what cut it off. */
    private static RuntimeException cause(Throwable writing, RuntimeException reading) {
        if (writing instanceof CompletionException && writing.getCause() instanceof FeluccaException failure) {
            boolean follows = failure.getCause() instanceof IOException;
            return follows ? reading : new FeluccaException(failure.kind(), failure.getMessage(), failure);
        }
        return reading;
    }

    private void check(Layer from, Layer to, Directory source, Directory target) {
        Optional<String> difference;
        try (SortedChanges changes = files.sortedChanges(from);
                ChangedPaths changed = new ChangedPaths(changes)) {
            difference = TreeEquality.difference(source, target, changed::contains);
        }
        if (difference.isPresent()) {
            throw new FeluccaException(
                    Kind.SYSTEM,
                    "the copy of layer " + from.key() + " in " + to.driver() + " is not what is in " + from.driver()
                            + ": " + difference.get());
        }
    }
}

package io.felucca.images.unpack;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.archive.Compression;
import io.felucca.images.archive.Fanout;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.content.Blobs;
import io.felucca.images.layers.Applied;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Unpacks layers that are missing in a driver: one after the other, or together. Stateless. */
public final class LayerExtraction {

    private static final int MAX_THREADS = 4;
    private static final long END_SECONDS = 60;

    private final Storage storage;
    private final LayerWriter writer;
    private final Blobs blobs;

    public LayerExtraction(Storage storage, LayerWriter writer, Blobs blobs) {
        this.storage = storage;
        this.writer = writer;
        this.blobs = blobs;
    }

    /** A layer that is unpacked, but has no name yet. */
    record Unpacked(UnpackTarget target, Applied applied) {}

    /**
     * @param layers lowest first
     * @param below chain id of the layer below the first, or empty
     */
    void unpackInTurn(List<StoredImages.Layer> layers, String below, String driver) {
        String parent = below;
        for (StoredImages.Layer layer : layers) {
            boolean done;
            try (UnpackTarget target = UnpackTarget.prepare(storage, driver, parent)) {
                Applied applied = unpack(layer, target);
                done = isWhole(applied, target, parent, driver);
                if (done) {
                    target.commit(layer.chainId().hex());
                }
            }
            if (!done) {
                unpackMounted(layer, parent, driver);
            }
            parent = layer.chainId().hex();
        }
    }

    /** As {@link #unpackInTurn}, for a driver that shows the folders of its layers. */
    void unpackTogether(List<StoredImages.Layer> layers, String below, String driver) {
        int threads = Math.min(layers.size(), Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS));
        ExecutorService pool = Executors.newFixedThreadPool(threads, extraction -> {
            Thread thread = new Thread(extraction, "felucca-unpack");
            thread.setDaemon(true);
            return thread;
        });
        List<Future<Unpacked>> parts = new ArrayList<>();
        AtomicBoolean stopped = new AtomicBoolean();
        try {
            for (StoredImages.Layer layer : layers) {
                parts.add(pool.submit(() -> unpackAlone(layer, driver, stopped)));
            }
            String parent = below;
            for (int i = 0; i < layers.size(); i++) {
                join(result(parts.get(i)), layers.get(i), parent, driver);
                parent = layers.get(i).chainId().hex();
            }
        } finally {
            stopped.set(true);
            end(pool, parts);
        }
    }

    private Unpacked unpackAlone(StoredImages.Layer layer, String driver, AtomicBoolean stopped) {
        if (stopped.get()) {
            throw FeluccaException.unavailable("not unpacked: another layer failed");
        }
        UnpackTarget target = UnpackTarget.prepare(storage, driver, "");
        try {
            return new Unpacked(target, unpack(layer, target));
        } catch (RuntimeException | Error e) {
            target.close();
            throw e;
        }
    }

    /** Reads a layer's tar to its end, into a target. */
    Applied unpack(InputStream tar, UnpackTarget target) {
        return writer.unpack(tar, target.folder(), target.isLayerDirectory());
    }

    /** Makes what was unpacked apart a layer over its parent, or unpacks it again where that cannot be. */
    void join(Unpacked part, StoredImages.Layer layer, String parent, String driver) {
        boolean done;
        try (UnpackTarget target = part.target()) {
            done = target.isLayerDirectory() && isWhole(part.applied(), target, parent, driver);
            if (done) {
                if (!parent.isEmpty() && !part.applied().describesRoot()) {
                    new LayerDirectories(storage)
                            .find(driver, parent)
                            .ifPresent(lower -> writer.copyRoot(target.folder(), lower));
                }
                target.commitOver(layer.chainId().hex(), parent);
            }
        }
        if (!done) {
            unpackMounted(layer, parent, driver);
        }
    }

    /** Into a view of the layers below, for what a layer's own folder cannot say. */
    private void unpackMounted(StoredImages.Layer layer, String parent, String driver) {
        try (UnpackTarget target = UnpackTarget.prepareMounted(storage, driver, parent)) {
            unpack(layer, target);
            target.commit(layer.chainId().hex());
        }
    }

    /** Gives folders that the archive only implied what they have below; false when it must be unpacked mounted. */
    private boolean isWhole(Applied applied, UnpackTarget target, String parent, String driver) {
        if (applied.needsView()) {
            return false;
        }
        return parent.isEmpty()
                || applied.impliedParents().isEmpty()
                || UnpackTarget.withView(
                        storage,
                        driver,
                        parent,
                        lower -> writer.copyParents(target.folder(), applied.impliedParents(), lower));
    }

    /** Compares the blob with its digest in the same pass, unless that was done since the store was opened. */
    private Applied unpack(StoredImages.Layer layer, UnpackTarget target) {
        try (InputStream in = blobs.open(layer.blob())) {
            if (blobs.isVerified(layer.blob())) {
                return unpack(layer, in, target);
            }
            MessageDigest hash = blobs.sha256();
            DigestInputStream hashed = new DigestInputStream(in, hash);
            FeluccaException failure = null;
            Applied applied = null;
            try {
                applied = unpack(layer, hashed, target);
            } catch (FeluccaException e) {
                failure = e;
            }
            hashed.transferTo(OutputStream.nullOutputStream());
            verify(layer, hash, failure);
            return applied;
        } catch (IOException e) {
            throw FeluccaException.system("cannot unpack layer " + layer.blob() + ": " + e.getMessage(), e);
        }
    }

    /** @param failure what unpacking said, of which damage is the reason where there is any; null for nothing */
    private void verify(StoredImages.Layer layer, MessageDigest hash, FeluccaException failure) {
        try {
            blobs.verify(layer.blob(), hash);
        } catch (FeluccaException damage) {
            if (failure != null) {
                damage.addSuppressed(failure);
            }
            throw damage;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Applied unpack(StoredImages.Layer layer, InputStream in, UnpackTarget target) {
        try (Compression.Opened opened = Compression.open(in)) {
            if (opened.compression() == Compression.NONE) {
                return unpack(opened.plain(), target);
            }
            AtomicReference<Applied> applied = new AtomicReference<>();
            Fanout.run(opened.plain(), List.of(tar -> applied.set(unpack(tar, target))));
            return applied.get();
        } catch (IOException e) {
            throw FeluccaException.system("cannot unpack layer " + layer.blob() + ": " + e.getMessage(), e);
        }
    }

    private static Unpacked result(Future<Unpacked> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "interrupted while unpacking layers", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw new FeluccaException(cause.kind(), cause.getMessage(), cause);
            }
            throw FeluccaException.system("cannot unpack layers: " + e.getCause(), e.getCause());
        }
    }

    /** Waits for what still runs, and removes what was unpacked but not joined. */
    private static void end(ExecutorService pool, List<Future<Unpacked>> parts) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
        for (Future<Unpacked> part : parts) {
            if (part.isDone()) {
                closeIfUnpacked(part);
            }
        }
    }

    private static void closeIfUnpacked(Future<Unpacked> part) {
        try {
            part.get().target().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // It has removed its layer itself.
        }
    }
}

package io.felucca.images.unpack;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.archive.LayerSize;
import io.felucca.images.catalog.StoredImages;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacks the layers of one image while they arrive, each into a folder of its own that is no layer of the driver's yet:
 * {@link #join} makes them layers once all of the image is here and checked. Closing removes what was not joined. Does
 * nothing, so that the image is unpacked at its first use, where the driver cannot unpack layers apart from each other, or is
 * away. Thread-safe.
 */
public final class ArrivingLayers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ArrivingLayers.class);

    private final Storage storage;
    private final LayerExtraction extraction;
    private final ImageUnpacker unpacker;
    private final LayerCollector collector;
    private final Map<Digest, LayerExtraction.Unpacked> parts = new HashMap<>();
    private Optional<String> driver;
    private boolean closed;

    public ArrivingLayers(
            Storage storage, LayerExtraction extraction, ImageUnpacker unpacker, LayerCollector collector) {
        this.storage = storage;
        this.extraction = extraction;
        this.unpacker = unpacker;
        this.collector = collector;
    }

    /**
     * Reads a layer to its end.
     *
     * @return its size when unpacked
     * @throws FeluccaException INVALID for one that is damaged or climbs out of its folder, SYSTEM for the disk
     */
    public long read(Digest blob, InputStream tar) throws IOException {
        Optional<UnpackTarget> target = prepare();
        if (target.isEmpty()) {
            return LayerSize.measure(tar);
        }
        LayerExtraction.Unpacked part;
        try {
            part = new LayerExtraction.Unpacked(target.get(), extraction.unpack(tar, target.get()));
        } catch (RuntimeException | Error e) {
            target.get().close();
            throw e;
        }
        keep(blob, part);
        return part.applied().sizeBytes();
    }

    private synchronized void keep(Digest blob, LayerExtraction.Unpacked part) {
        LayerExtraction.Unpacked other = closed ? part : parts.put(blob, part);
        if (other != null) {
            other.target().close();
        }
    }

    private Optional<UnpackTarget> prepare() {
        try {
            return driver().map(name -> UnpackTarget.prepare(storage, name, ""));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private synchronized Optional<String> driver() {
        if (driver == null) {
            String name = storage.defaultDriver();
            boolean apart = new LayerDirectories(storage).areShownBy(name);
            if (apart) {
                collector.sweepOnce(name);
            }
            driver = apart ? Optional.of(name) : Optional.empty();
        }
        return driver;
    }

    /**
     * Makes the unpacked folders layers, lowest first, up to the first that was not unpacked here. A failure is logged: the
     * image is whole, and unpacked at its first use.
     *
     * @param layers of the image, which is in the catalog
     */
    public void join(List<StoredImages.Layer> layers) {
        Map<Digest, LayerExtraction.Unpacked> taken = take();
        if (taken.isEmpty()) {
            return;
        }
        try {
            unpacker.join(layers, taken, driver().orElseThrow());
        } catch (FeluccaException e) {
            LOG.warn("layers that have arrived are unpacked later: {}", e.getMessage());
        } finally {
            taken.values().forEach(part -> part.target().close());
        }
    }

    private synchronized Map<Digest, LayerExtraction.Unpacked> take() {
        Map<Digest, LayerExtraction.Unpacked> taken = new HashMap<>(parts);
        parts.clear();
        return taken;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        take().values().forEach(part -> part.target().close());
    }
}

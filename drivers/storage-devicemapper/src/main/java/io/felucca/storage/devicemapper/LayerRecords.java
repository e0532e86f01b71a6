package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.linux.folders.LayerRecord;
import io.felucca.linux.folders.RecordFile;
import io.felucca.linux.folders.RecordFolders;
import io.felucca.storage.spi.LayerStore.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The layers' records: a file {@code layers/NAME} each, and the same in memory. A layer is there when its record is;
 * the thin device of a layer without one is left over. A commit writes the new record, then takes the old one away: of
 * two records for one device the committed one is right. Thread-safe.
 */
final class LayerRecords {

    /** No layer's name begins so: the record of the empty filesystem that layers without a parent are taken from. */
    private static final String BASE = ".base-";

    private static final String NEW = ".new";

    private final Path folder;
    private final Map<String, Layer> layers = new HashMap<>();
    private final AtomicBoolean unsyncedRemovals = new AtomicBoolean(true);

    LayerRecords(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            for (Path file : RecordFolders.children(folder)) {
                if (file.getFileName().toString().startsWith(NEW)) {
                    Files.delete(file);
                } else {
                    LayerRecord.parse(Files.readString(file), Layer::of)
                            .ifPresent(layer -> layers.put(layer.name(), layer));
                }
            }
            for (Layer layer : List.copyOf(layers.values())) {
                boolean committed = layers.values().stream()
                        .anyMatch(other ->
                                other != layer && other.device() == layer.device() && other.state() == State.COMMITTED);
                if (committed && layer.state() != State.COMMITTED) {
                    remove(layer.name());
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the layers' records in " + folder + ": " + e, e);
        }
    }

    static String baseName(String description) {
        return BASE + Integer.toHexString(description.hashCode());
    }

    static boolean isBase(Layer layer) {
        return layer.name().startsWith(BASE);
    }

    synchronized Optional<Layer> find(String name) {
        return Optional.ofNullable(layers.get(name));
    }

    /** Those of bases too. */
    synchronized List<Layer> all() {
        return List.copyOf(layers.values());
    }

    /** Nothing is synced: after a loss of power the layer may be missing, until {@link #sync}. */
    synchronized void add(Layer layer) {
        write(layer, false);
        layers.put(layer.name(), layer);
    }

    /** Has a layer's record on the disk. */
    void sync(String name) {
        RecordFile.sync(folder.resolve(name));
        RecordFile.sync(folder);
    }

    /** Replaces a record and its name. On disk when it returns. */
    synchronized void replace(String name, Layer layer) {
        write(layer, true);
        layers.put(layer.name(), layer);
        remove(name);
    }

    /** Not on disk before {@link #syncRemovals}: until then the layer's device must stay. */
    synchronized void remove(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
            unsyncedRemovals.set(true);
            layers.remove(name);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove the record of layer " + name + ": " + e, e);
        }
    }

    /** The removals until now are on disk when it returns, and so are those before the store was opened. */
    void syncRemovals() {
        if (!unsyncedRemovals.getAndSet(false)) {
            return;
        }
        boolean synced = false;
        try {
            RecordFile.sync(folder);
            synced = true;
        } finally {
            if (!synced) {
                unsyncedRemovals.set(true);
            }
        }
    }

    private void write(Layer layer, boolean sync) {
        Path fresh = folder.resolve(NEW + layer.device());
        boolean written = false;
        try {
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(layer.format()));
                if (sync) {
                    file.force(true);
                }
            }
            Files.move(fresh, folder.resolve(layer.name()), StandardCopyOption.ATOMIC_MOVE);
            written = true;
            if (sync) {
                RecordFile.sync(folder);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the record of layer " + layer.name() + ": " + e, e);
        } finally {
            if (!written) {
                delete(fresh);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove " + file + ": " + e, e);
        }
    }
}

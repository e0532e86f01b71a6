package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.folders.LayerRules;
import io.felucca.linux.tree.TreeSize;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A store of thin snapshots. A layer's number is taken and its device made before its record; it is gone with its record
 * and its device goes later: what a crash leaves is a device without a layer, which the next open deletes.
 */
final class ThinStore implements LayerStore, LayerLimit {

    private final OpenPool pool;
    private final LayerRecords records;
    private final LayerRules<Layer> rules;
    private final Layer base;
    private final Path staging;

    /** @param base the empty filesystem that layers without a parent begin as */
    ThinStore(OpenPool pool, LayerRecords records, Layer base, Path staging) {
        this.pool = pool;
        this.records = records;
        rules = new LayerRules<>(records::find, records::all);
        this.base = base;
        this.staging = staging;
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        make(new LayerInfo(key, parent, State.ACTIVE, idMap), sizeBytes);
    }

    @Override
    public void view(String key, String parent) {
        rules.checkView(key, parent);
        make(new LayerInfo(key, parent, State.VIEW, IdMap.NONE), 0);
    }

    /** @param asked size; 0 for that of what it is made from */
    private void make(LayerInfo info, long asked) {
        rules.checkFree(info.name());
        rules.over(info.parent(), parent -> make(info, parent.orElse(base), asked));
    }

    private void make(LayerInfo info, Layer origin, long asked) {
        long sizeBytes = LayerGrowth.sizeOver(origin, asked);
        pool.checkFree();
        int device = pool.snapshot(origin.device());
        boolean made = false;
        try {
            Layer layer = new Layer(info, device, sizeBytes, origin.fileSystem());
            if (sizeBytes > origin.sizeBytes()) {
                LayerGrowth.grow(pool, layer);
            }
            records.add(layer);
            made = true;
        } finally {
            if (!made) {
                pool.reaper().delete(device);
            }
        }
    }

    /** The pool has written down its snapshot already: it does so at each message. */
    @Override
    public void sync(String key) {
        rules.get(key);
        records.sync(key);
    }

    @Override
    public List<Mount> mounts(String key) {
        Layer layer = rules.mountable(key);
        boolean view = layer.state() == State.VIEW;
        String device = pool.devices().activate(layer, view).node().toString();
        List<String> options = view
                ? FileSystem.readOnlyOptions(layer.fileSystem())
                : FileSystem.options(layer.fileSystem(), pool.options().mountOptions());
        if (layer.idMap().isNone()) {
            return List.of(new Mount(layer.fileSystem(), device, "", options, IdMap.NONE));
        }
        String place = stagingPlace(layer).toString();
        return List.of(
                new Mount(layer.fileSystem(), device, place, options, IdMap.NONE),
                new Mount("bind", place, "", List.of("rw"), layer.idMap()));
    }

    private Path stagingPlace(Layer layer) {
        return staging.resolve(Integer.toString(layer.device()));
    }

    @Override
    public void release(String key) {
        letGo(get(key));
    }

    private void letGo(Layer layer) {
        pool.devices().deactivate(layer.device());
        if (!layer.idMap().isNone()) {
            try {
                Files.deleteIfExists(stagingPlace(layer));
            } catch (IOException e) {
                throw FeluccaException.system("cannot remove " + stagingPlace(layer) + ": " + e, e);
            }
        }
    }

    @Override
    public void commit(String id, String key) {
        Layer layer = rules.committable(id, key);
        Optional<DmDevice> active = pool.devices().active(layer);
        if (active.isPresent() && pool.devices().isMounted(active.get())) {
            throw LayerRules.cannotCommit(key, "is mounted");
        }
        pool.devices().deactivateNow(layer.device());
        pool.numbers().sync();
        records.replace(key, layer.committedAs(id));
    }

    @Override
    public Optional<LayerInfo> find(String name) {
        return rules.find(name).map(Layer::info);
    }

    @Override
    public List<LayerInfo> list() {
        return records.all().stream()
                .filter(layer -> !LayerRecords.isBase(layer))
                .map(Layer::info)
                .toList();
    }

    @Override
    public Usage usage(String name) {
        Layer layer = get(name);
        if (layer.state() == State.VIEW) {
            return new Usage(0, 0);
        }
        LayerLook look = new LayerLook(pool);
        if (layer.parent().isEmpty()) {
            return look.at(layer, files -> {
                TreeSize all = TreeSize.of(files);
                return new Usage(all.sizeBytes(), all.inodes());
            });
        }
        Layer parent = get(layer.parent());
        return look.at(layer, files -> look.at(parent, below -> SnapshotDifference.of(files, below)));
    }

    @Override
    public void remove(String name) {
        letGo(get(name));
        Layer layer = rules.remove(name, found -> records.remove(name));
        CompletableFuture<Void> deleted = pool.discards()
                ? pool.reaper().discardAndDelete(layer)
                : pool.reaper().delete(layer.device());
        if (!pool.options().deferredDeletion()) {
            await(name, deleted);
        }
    }

    private static void await(String name, CompletableFuture<Void> deleted) {
        try {
            deleted.get(ThinDevices.WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw FeluccaException.system("layer " + name + " is removed, but its device is not deleted yet: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FeluccaException.unavailable("interrupted while the device of layer " + name + " is deleted");
        }
    }

    @Override
    public Map<String, String> status() {
        return pool.info(base);
    }

    @Override
    public void close() {
        pool.close();
    }

    private Layer get(String name) {
        return rules.get(name);
    }
}

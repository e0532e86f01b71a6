package io.felucca.storage.btrfs;

import io.felucca.IdMap;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.folders.LayerFolders;
import io.felucca.linux.folders.LayerRules;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A store of snapshots. What it knows is on disk; each call reads the records that it needs. */
final class BtrfsStore implements LayerStore, LayerLimit, LayerChanges {

    private final Subvolumes subvolumes;
    private final LayerFolders<BtrfsLayer> layers;
    private final Directories directories;
    private final Btrfs btrfs;
    private final Predicate<IdMap> mapsIds;
    private final BtrfsOptions options;
    private final LayerReading reading;

    /** @param mapsIds whether the kernel can map the ids of a mount of btrfs */
    BtrfsStore(
            Subvolumes subvolumes,
            Directories directories,
            Btrfs btrfs,
            Predicate<IdMap> mapsIds,
            BtrfsOptions options) {
        this.subvolumes = subvolumes;
        layers = subvolumes.layers();
        this.directories = directories;
        this.btrfs = btrfs;
        this.mapsIds = mapsIds;
        this.options = options;
        reading = new LayerReading(subvolumes, directories, btrfs);
        layers.recover();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        if (sizeBytes > 0) {
            options.check(sizeBytes);
        }
        boolean shifted = !idMap.isNone() && !mapsIds.test(idMap);
        layers.make(key, parent, (half, below) -> {
            fill(half, parent, idMap, shifted);
            if (sizeBytes > 0) {
                try (Directory files = directories.open(layers.files(half))) {
                    btrfs.limit(files, sizeBytes);
                }
            }
            return new BtrfsLayer(new LayerInfo(key, parent, State.ACTIVE, idMap), shifted);
        });
    }

    private void fill(Path half, String parent, IdMap idMap, boolean shifted) {
        if (parent.isEmpty()) {
            subvolumes.create(half);
            if (shifted) {
                try (Directory files = directories.open(layers.files(half))) {
                    files.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
                }
            }
        } else if (shifted) {
            subvolumes.copy(layers.files(parent), half, idMap);
        } else {
            subvolumes.snapshot(layers.files(parent), half);
        }
    }

    @Override
    public void view(String key, String parent) {
        layers.rules().checkView(key, parent);
        layers.make(
                key,
                parent,
                (half, below) -> new BtrfsLayer(new LayerInfo(key, parent, State.VIEW, IdMap.NONE), false));
    }

    /** Its snapshot is on the disk already: the kernel makes none otherwise. */
    @Override
    public void sync(String key) {
        layers.sync(key);
    }

    @Override
    public List<Mount> mounts(String key) {
        BtrfsLayer layer = layers.rules().mountable(key);
        if (layer.state() == State.VIEW) {
            return List.of(Mount.bind(layers.files(layer.parent()).toString(), "ro"));
        }
        IdMap shown = layer.shifted() ? IdMap.NONE : layer.idMap();
        return List.of(new Mount("bind", layers.files(key).toString(), "", List.of("rw"), shown));
    }

    @Override
    public void release(String key) {
        get(key);
    }

    @Override
    public void commit(String id, String key) {
        BtrfsLayer layer = layers.committable(id, key);
        try (Directory files = directories.open(layers.files(key))) {
            if (subvolumes.allWithin(files).size() > 1) {
                throw LayerRules.cannotCommit(key, "has subvolumes within, which no snapshot of it would show");
            }
        }
        layers.replace(key, new BtrfsLayer(new LayerInfo(id, layer.parent(), State.COMMITTED, IdMap.NONE), false));
    }

    @Override
    public Optional<LayerInfo> find(String name) {
        return layers.find(name);
    }

    @Override
    public List<LayerInfo> list() {
        return layers.list();
    }

    @Override
    public Usage usage(String name) {
        BtrfsLayer layer = get(name);
        return layer.state() == State.VIEW ? new Usage(0, 0) : reading.usage(layer);
    }

    @Override
    public Optional<List<byte[]>> changedPaths(String name) {
        BtrfsLayer layer = get(name);
        return layer.state() == State.VIEW ? Optional.empty() : reading.changedPaths(layer);
    }

    @Override
    public void remove(String name) {
        layers.remove(name, layer -> layers.drop(layers.folder(name)));
    }

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public void close() {
        layers.close();
    }

    private BtrfsLayer get(String name) {
        return layers.rules().get(name);
    }
}

package io.felucca.storage.btrfs;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.MountUse;
import io.felucca.linux.Mounts;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;

/** A store of snapshots. What it knows is on disk; each call reads the records that it needs. */
final class BtrfsStore implements LayerStore, LayerLimit, LayerChanges {

    private final Subvolumes subvolumes;
    private final Directories directories;
    private final Mounts mounts;
    private final Btrfs btrfs;
    private final Predicate<IdMap> mapsIds;
    private final BtrfsOptions options;
    private final LayerReading reading;

    /** Read: a child is being made. Write: a committed layer is being removed. Only snapshots, renames, records within. */
    private final ReadWriteLock family = new ReentrantReadWriteLock();

    /** @param mapsIds whether the kernel can map the ids of a mount of btrfs */
    BtrfsStore(
            Subvolumes subvolumes,
            Directories directories,
            Mounts mounts,
            Btrfs btrfs,
            Predicate<IdMap> mapsIds,
            BtrfsOptions options) {
        this.subvolumes = subvolumes;
        this.directories = directories;
        this.mounts = mounts;
        this.btrfs = btrfs;
        this.mapsIds = mapsIds;
        this.options = options;
        reading = new LayerReading(subvolumes, directories, btrfs);
        subvolumes.recover();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        checkFree(key);
        if (sizeBytes > 0) {
            options.check(sizeBytes);
        }
        boolean shifted = !idMap.isNone() && !mapsIds.test(idMap);
        make(new LayerRecord(key, parent, State.ACTIVE, idMap, shifted), half -> {
            fill(half, parent, idMap, shifted);
            if (sizeBytes > 0) {
                try (Directory files = directories.open(subvolumes.files(half))) {
                    btrfs.limit(files, sizeBytes);
                }
            }
        });
    }

    private void fill(Path half, String parent, IdMap idMap, boolean shifted) {
        if (parent.isEmpty()) {
            subvolumes.create(half);
            if (shifted) {
                try (Directory files = directories.open(subvolumes.files(half))) {
                    files.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
                }
            }
        } else if (shifted) {
            // Takes long, and holds nobody up: a parent that is removed meanwhile is missed at the end.
            subvolumes.copy(subvolumes.files(committed(parent).name()), half, idMap);
        } else {
            withParent(parent, () -> subvolumes.snapshot(subvolumes.files(parent), half));
        }
    }

    @Override
    public void view(String key, String parent) {
        checkFree(key);
        if (parent.isEmpty()) {
            throw FeluccaException.invalid("a view needs a parent: " + key);
        }
        make(new LayerRecord(key, parent, State.VIEW, IdMap.NONE, false), half -> {});
    }

    private void make(LayerRecord layer, Content content) {
        Path half = subvolumes.startHalf();
        boolean made = false;
        try {
            content.fill(half);
            withParent(layer.parent(), () -> subvolumes.finish(half, layer));
            made = true;
        } finally {
            if (!made) {
                subvolumes.drop(half);
            }
        }
    }

    /** Does something that needs the parent, while nobody removes it. */
    private void withParent(String parent, Runnable work) {
        family.readLock().lock();
        try {
            if (!parent.isEmpty()) {
                committed(parent);
            }
            work.run();
        } finally {
            family.readLock().unlock();
        }
    }

    private LayerRecord committed(String parent) {
        LayerRecord layer = get(parent);
        if (layer.state() != State.COMMITTED) {
            throw FeluccaException.conflict("layer " + parent + " cannot be a parent: it is not committed");
        }
        return layer;
    }

    @Override
    public List<Mount> mounts(String key) {
        LayerRecord layer = get(key);
        IdMap shown = layer.shifted() ? IdMap.NONE : layer.idMap();
        return switch (layer.state()) {
            case ACTIVE -> List.of(new Mount("bind", subvolumes.files(key).toString(), "", List.of("rw"), shown));
            case VIEW -> List.of(Mount.bind(subvolumes.files(layer.parent()).toString(), "ro"));
            case COMMITTED ->
                throw FeluccaException.conflict(
                        "layer " + key + " is committed: prepare or view another over it to mount it");
        };
    }

    @Override
    public void release(String key) {
        get(key);
    }

    @Override
    public void commit(String id, String key) {
        LayerRecord layer = get(key);
        checkFree(id);
        if (layer.state() != State.ACTIVE || !layer.idMap().isNone()) {
            throw cannotCommit(
                    key,
                    layer.state() == State.ACTIVE ? "is shifted by an id map" : "is not active but " + layer.state());
        }
        if (MountUse.isMounted(mounts.list(), subvolumes.files(key))) {
            throw cannotCommit(key, "is mounted");
        }
        try (Directory files = directories.open(subvolumes.files(key))) {
            if (subvolumes.allWithin(files).size() > 1) {
                throw cannotCommit(key, "has subvolumes within, which no snapshot of it would show");
            }
            files.syncFileSystem();
        }
        subvolumes.replace(key, new LayerRecord(id, layer.parent(), State.COMMITTED, IdMap.NONE, false));
    }

    private static FeluccaException cannotCommit(String key, String reason) {
        return FeluccaException.conflict("layer " + key + " cannot be committed: it " + reason);
    }

    @Override
    public Optional<LayerInfo> find(String name) {
        return subvolumes.find(name).map(LayerRecord::info);
    }

    @Override
    public List<LayerInfo> list() {
        return subvolumes.list().stream().map(LayerRecord::info).toList();
    }

    @Override
    public Usage usage(String name) {
        LayerRecord layer = get(name);
        return layer.state() == State.VIEW ? new Usage(0, 0) : reading.usage(layer);
    }

    @Override
    public Optional<List<byte[]>> changedPaths(String name) {
        LayerRecord layer = get(name);
        return layer.state() == State.VIEW ? Optional.empty() : reading.changedPaths(layer);
    }

    @Override
    public void remove(String name) {
        if (get(name).state() != State.COMMITTED) {
            subvolumes.remove(name);
            return;
        }
        family.writeLock().lock();
        try {
            for (LayerRecord other : subvolumes.list()) {
                if (other.parent().equals(name)) {
                    throw FeluccaException.conflict(
                            "layer " + name + " cannot be removed: layer " + other.name() + " is over it");
                }
            }
            subvolumes.remove(name);
        } finally {
            family.writeLock().unlock();
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public void close() {
        subvolumes.close();
    }

    private LayerRecord get(String name) {
        return subvolumes.find(name).orElseThrow(() -> FeluccaException.notFound("no such layer: " + name));
    }

    private void checkFree(String name) {
        if (subvolumes.find(name).isPresent()) {
            throw FeluccaException.conflict("layer " + name + " exists already");
        }
    }

    private interface Content {
        void fill(Path half);
    }
}

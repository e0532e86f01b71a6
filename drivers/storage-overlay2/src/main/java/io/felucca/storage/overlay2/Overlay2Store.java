package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.MountUse;
import io.felucca.linux.Mounts;
import io.felucca.linux.Stat;
import io.felucca.linux.TreeSize;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A store of overlay layers. What it knows is on disk; each call reads the records that it needs. */
final class Overlay2Store implements LayerStore, LayerDirectory, LayerLimit {

    private final LayerFolders folders;
    private final Directories directories;
    private final Mounts mounts;
    private final OverlayOptions overlay;
    private final Lowers lowers;
    private final LayerQuotas quotas;

    /** Read: a child is being recorded. Write: a committed layer is being removed. Only renames and records within. */
    private final ReadWriteLock family = new ReentrantReadWriteLock();

    Overlay2Store(
            LayerFolders folders,
            Directories directories,
            Mounts mounts,
            OverlayOptions overlay,
            Lowers lowers,
            LayerQuotas quotas) {
        this.folders = folders;
        this.directories = directories;
        this.mounts = mounts;
        this.overlay = overlay;
        this.lowers = lowers;
        this.quotas = quotas;
        folders.recover();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        checkFree(key);
        List<String> below = chainOf(parent);
        boolean staged = lowers.makeReady(below, idMap);
        LayerRecord layer = new LayerRecord(key, parent, State.ACTIVE, idMap, "", below, staged);
        make(layer, half -> {
            try (Directory folder = directories.open(half)) {
                folder.makeDirectory(bytes("work"), 0700);
                folder.makeDirectory(bytes("diff"), 0755);
            }
            if (sizeBytes != 0) {
                quotas.limit(half, sizeBytes);
            }
            try (Directory diff = directories.open(half.resolve("diff"))) {
                beRootFolder(diff, parent, idMap);
            }
        });
    }

    private void beRootFolder(Directory diff, String parent, IdMap idMap) {
        if (parent.isEmpty()) {
            diff.setMode(0755);
            if (!idMap.isNone()) {
                diff.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
            }
            return;
        }
        Stat above;
        try (Directory parentDiff = directories.open(folders.diff(parent))) {
            above = parentDiff.stat();
        }
        int uid = (int) idMap.outsideUid(Integer.toUnsignedLong(above.uid()));
        int gid = (int) idMap.outsideGid(Integer.toUnsignedLong(above.gid()));
        if (uid != 0 || gid != 0) {
            diff.setOwner(uid, gid);
        }
        diff.setMode(above.mode());
        diff.setTimes(above.accessed(), above.modified());
    }

    @Override
    public void view(String key, String parent) {
        checkFree(key);
        if (parent.isEmpty()) {
            throw FeluccaException.invalid("a view needs a parent: " + key);
        }
        make(new LayerRecord(key, parent, State.VIEW, IdMap.NONE, "", chainOf(parent), false), half -> {});
    }

    private void make(LayerRecord layer, Content content) {
        Path half = folders.startHalf();
        boolean made = false;
        family.readLock().lock();
        try {
            content.fill(half);
            if (!layer.parent().isEmpty()) {
                get(layer.parent());
            }
            folders.finish(half, layer);
            made = true;
        } finally {
            family.readLock().unlock();
            if (!made) {
                folders.drop(half);
            }
        }
    }

    @Override
    public List<Mount> mounts(String key) {
        LayerRecord layer = get(key);
        if (layer.state() == State.COMMITTED) {
            throw FeluccaException.conflict(
                    "layer " + key + " is committed: prepare or view another over it to mount it");
        }
        List<String> below = lowers.paths(layer);
        if (layer.state() == State.VIEW) {
            return List.of(
                    below.size() == 1
                            ? Mount.bind(folders.diff(layer.parent()).toString(), "ro")
                            : overlay.readOnly(below));
        }
        if (below.isEmpty()) {
            return List.of(Mount.bind(folders.diff(key).toString(), "rw"));
        }
        List<Mount> all = new ArrayList<>(lowers.staging(layer));
        all.add(overlay.writable(below, folders.diff(key), folders.work(key)));
        return all;
    }

    @Override
    public Map<String, String> data(String name) {
        LayerRecord layer = get(name);
        List<String> below = new ArrayList<>();
        for (String parent = layer.parent();
                !parent.isEmpty();
                parent = get(parent).parent()) {
            below.add(folders.diff(parent).toString());
        }
        Map<String, String> data = new TreeMap<>();
        data.put("UpperDir", folders.diff(name).toString());
        data.put("WorkDir", folders.work(name).toString());
        if (!below.isEmpty()) {
            data.put("LowerDir", String.join(":", below));
        }
        return data;
    }

    @Override
    public void release(String key) {
        if (get(key).staged()) {
            folders.removeStaging(key);
        }
    }

    @Override
    public void commit(String id, String key) {
        LayerRecord layer = get(key);
        commit(id, layer, layer.parent(), layer.lowers());
    }

    @Override
    public void commitOver(String id, String key, String parent) {
        LayerRecord layer = get(key);
        if (!layer.parent().isEmpty()) {
            throw FeluccaException.conflict(
                    "layer " + key + " cannot be committed over " + parent + ": it has the parent " + layer.parent());
        }
        commit(id, layer, parent, chainOf(parent));
    }

    private void commit(String id, LayerRecord layer, String parent, List<String> below) {
        String key = layer.name();
        checkFree(id);
        if (layer.state() != State.ACTIVE || !layer.idMap().isNone()) {
            throw FeluccaException.conflict("layer " + key + " cannot be committed: it is "
                    + (layer.state() == State.ACTIVE ? "shifted by an id map" : "not active but " + layer.state()));
        }
        if (MountUse.isMounted(mounts.list(), folders.diff(key))) {
            throw FeluccaException.conflict("layer " + key + " cannot be committed: it is mounted");
        }
        try (Directory diff = directories.open(folders.diff(key))) {
            diff.syncFileSystem();
        }
        family.readLock().lock();
        try {
            if (!parent.isEmpty()) {
                get(parent);
            }
            String link = folders.link(id);
            boolean replaced = false;
            try {
                folders.replace(key, new LayerRecord(id, parent, State.COMMITTED, IdMap.NONE, link, below, false));
                replaced = true;
            } finally {
                if (!replaced && folders.find(id).isEmpty()) {
                    folders.unlink(link);
                }
            }
        } finally {
            family.readLock().unlock();
        }
        folders.drop(folders.work(id));
    }

    @Override
    public Optional<Path> directory(String name) {
        LayerRecord layer = get(name);
        return layer.state() == State.VIEW ? Optional.empty() : Optional.of(folders.diff(name));
    }

    @Override
    public Optional<LayerInfo> find(String name) {
        return folders.find(name).map(LayerRecord::info);
    }

    @Override
    public List<LayerInfo> list() {
        return folders.list().stream().map(LayerRecord::info).toList();
    }

    @Override
    public Usage usage(String name) {
        if (get(name).state() == State.VIEW) {
            return new Usage(0, 0);
        }
        try (Directory diff = directories.open(folders.diff(name))) {
            TreeSize size = TreeSize.of(diff);
            return new Usage(size.sizeBytes(), size.inodes());
        }
    }

    @Override
    public void remove(String name) {
        LayerRecord layer = get(name);
        if (layer.state() == State.COMMITTED) {
            family.writeLock().lock();
            try {
                for (LayerRecord other : folders.list()) {
                    if (other.parent().equals(name)) {
                        throw FeluccaException.conflict(
                                "layer " + name + " cannot be removed: layer " + other.name() + " is over it");
                    }
                }
                folders.remove(layer);
            } finally {
                family.writeLock().unlock();
            }
        } else {
            quotas.ending(layer, () -> folders.remove(layer));
        }
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("Backing Filesystem", directories.fileSystem(folders.root()).typeName());
        pairs.put("Supports d_type", "true");
        pairs.put("Native Overlay Diff", "true");
        pairs.put("userxattr", "false");
        return pairs;
    }

    @Override
    public void close() {
        folders.close();
    }

    private LayerRecord get(String name) {
        return folders.find(name).orElseThrow(() -> FeluccaException.notFound("no such layer: " + name));
    }

    private void checkFree(String name) {
        if (folders.find(name).isPresent()) {
            throw FeluccaException.conflict("layer " + name + " exists already");
        }
    }

    /** The short names below a child of that parent. */
    private List<String> chainOf(String parent) {
        if (parent.isEmpty()) {
            return List.of();
        }
        LayerRecord layer = get(parent);
        if (layer.state() != State.COMMITTED) {
            throw FeluccaException.conflict("layer " + parent + " cannot be a parent: it is not committed");
        }
        List<String> chain = layer.chain();
        if (chain.size() > Lowers.MAX_LAYERS) {
            throw FeluccaException.unsupported("overlay2 cannot put a layer over " + chain.size()
                    + " others: the kernel's limit is " + Lowers.MAX_LAYERS);
        }
        return chain;
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private interface Content {
        void fill(Path half);
    }
}

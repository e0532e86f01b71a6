package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import io.felucca.linux.folders.LayerFolders;
import io.felucca.linux.tree.TreeSize;
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

/** A store of overlay layers. What it knows is on disk; each call reads the records that it needs. */
final class Overlay2Store implements LayerStore, LayerDirectory, LayerLimit {

    private final OverlayFolders folders;
    private final LayerFolders<OverlayLayer> layers;
    private final Directories directories;
    private final OverlayOptions overlay;
    private final LowerDirs lowerDirs;
    private final LayerQuotas quotas;

    Overlay2Store(
            OverlayFolders folders,
            Directories directories,
            OverlayOptions overlay,
            LowerDirs lowerDirs,
            LayerQuotas quotas) {
        this.folders = folders;
        this.layers = folders.layers();
        this.directories = directories;
        this.overlay = overlay;
        this.lowerDirs = lowerDirs;
        this.quotas = quotas;
        folders.recover();
        quotas.check();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public long defaultSizeBytes() {
        return quotas.defaultBytes();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        layers.make(key, parent, (half, below) -> {
            List<String> chain = below.map(Overlay2Store::chainOver).orElse(List.of());
            boolean staged = lowerDirs.makeReady(chain, idMap);
            fill(half, parent, idMap, sizeBytes);
            return new OverlayLayer(new LayerInfo(key, parent, State.ACTIVE, idMap), "", chain, staged);
        });
    }

    private void fill(Path half, String parent, IdMap idMap, long sizeBytes) {
        try (Directory folder = directories.open(half)) {
            folder.makeDirectory(bytes("work"), 0700);
            folder.makeDirectory(bytes("diff"), 0755);
        }
        if (sizeBytes != 0) {
            quotas.limit(half, sizeBytes);
        }
        try (Directory diff = directories.open(layers.files(half))) {
            beRootFolder(diff, parent, idMap);
        }
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
        layers.rules().checkView(key, parent);
        layers.make(
                key,
                parent,
                (half, below) -> new OverlayLayer(
                        new LayerInfo(key, parent, State.VIEW, IdMap.NONE), "", chainOver(below.orElseThrow()), false));
    }

    @Override
    public void sync(String key) {
        layers.sync(key);
    }

    @Override
    public List<Mount> mounts(String key) {
        OverlayLayer layer = layers.rules().mountable(key);
        List<String> below = lowerDirs.paths(layer);
        if (layer.state() == State.VIEW) {
            return List.of(
                    below.size() == 1
                            ? Mount.bind(folders.diff(layer.parent()).toString(), "ro")
                            : overlay.readOnly(below));
        }
        if (below.isEmpty()) {
            return List.of(Mount.bind(folders.diff(key).toString(), "rw"));
        }
        List<Mount> all = new ArrayList<>(lowerDirs.staging(layer));
        all.add(overlay.writable(below, folders.diff(key), folders.work(key)));
        return all;
    }

    @Override
    public Map<String, String> data(String name) {
        OverlayLayer layer = get(name);
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
        OverlayLayer layer = layers.committable(id, key);
        commit(id, layer, layer.parent(), layer.lowers());
    }

    @Override
    public void commitOver(String id, String key, String parent) {
        String has = get(key).parent();
        if (!has.isEmpty()) {
            throw FeluccaException.conflict(
                    "layer " + key + " cannot be committed over " + parent + ": it has the parent " + has);
        }
        OverlayLayer layer = layers.committable(id, key);
        layers.rules()
                .over(
                        parent,
                        below -> commit(
                                id,
                                layer,
                                parent,
                                below.map(Overlay2Store::chainOver).orElse(List.of())));
    }

    private void commit(String id, OverlayLayer layer, String parent, List<String> below) {
        String link = folders.link(id);
        boolean replaced = false;
        try {
            layers.replace(
                    layer.name(),
                    new OverlayLayer(new LayerInfo(id, parent, State.COMMITTED, IdMap.NONE), link, below, false),
                    folders.links());
            replaced = true;
        } finally {
            if (!replaced && layers.find(id).isEmpty()) {
                folders.unlink(link);
            }
        }
        layers.drop(folders.work(id));
    }

    @Override
    public Optional<Path> directory(String name) {
        OverlayLayer layer = get(name);
        return layer.state() == State.VIEW ? Optional.empty() : Optional.of(folders.diff(name));
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
        layers.remove(name, layer -> quotas.ending(layer, () -> folders.remove(layer)));
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
        layers.close();
    }

    private OverlayLayer get(String name) {
        return layers.rules().get(name);
    }

    /** The short names below a child of that layer. */
    private static List<String> chainOver(OverlayLayer parent) {
        List<String> chain = parent.chain();
        if (chain.size() > LowerDirs.MAX_LAYERS) {
            throw FeluccaException.unsupported("overlay2 cannot put a layer over " + chain.size()
                    + " others: the kernel's limit is " + LowerDirs.MAX_LAYERS);
        }
        return chain;
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.felucca.storage.vfs;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.linux.folders.LayerFolders;
import io.felucca.linux.tree.TreeCopy;
import io.felucca.linux.tree.TreeSize;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store of full copies. What it knows is on disk; each call reads the records that it needs.
 *
 * <pre>
 *   layers/NAME/record   a VfsLayer
 *   layers/NAME/files/   its tree; a view has none
 * </pre>
 */
final class VfsStore implements LayerStore, LayerLimit {

    private static final Logger LOG = LoggerFactory.getLogger(VfsStore.class);

    private final Directories directories;
    private final ProjectQuotas quotas;
    private final LayerFolders<VfsLayer> layers;

    VfsStore(Directories directories, Mounts mounts, ProjectQuotas quotas, Path root) {
        this.directories = directories;
        this.quotas = quotas;
        layers = new LayerFolders<>(directories, mounts, root, "vfs", "files", (info, words) -> new VfsLayer(info));
        layers.recover();
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap) {
        prepare(key, parent, idMap, 0);
    }

    @Override
    public void prepare(String key, String parent, IdMap idMap, long sizeBytes) {
        layers.make(key, parent, (half, below) -> {
            try (Directory folder = directories.open(half)) {
                folder.makeDirectory("files".getBytes(StandardCharsets.US_ASCII), 0755);
            }
            fill(layers.files(half), parent, idMap, sizeBytes);
            return new VfsLayer(new LayerInfo(key, parent, State.ACTIVE, idMap));
        });
    }

    @Override
    public void view(String key, String parent) {
        layers.rules().checkView(key, parent);
        layers.make(key, parent, (half, below) -> new VfsLayer(new LayerInfo(key, parent, State.VIEW, IdMap.NONE)));
    }

    /** The tree as well: without what was copied from its parent a layer would be none. */
    @Override
    public void sync(String key) {
        try (Directory files = directories.open(layers.files(key))) {
            files.syncFileSystem();
        }
        layers.sync(key);
    }

    private void fill(Path files, String parent, IdMap idMap, long sizeBytes) {
        try (Directory target = directories.open(files)) {
            if (sizeBytes != 0) {
                limit(target, sizeBytes);
            }
            if (parent.isEmpty()) {
                target.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
                target.setMode(0755);
            } else {
                try (Directory source = directories.open(layers.files(parent))) {
                    TreeCopy.copy(source, target, idMap);
                }
            }
        }
    }

    private void limit(Directory target, long sizeBytes) {
        try {
            quotas.limit(target, sizeBytes);
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.UNSUPPORTED) {
                LOG.info("no limit for a layer: {}", e.getMessage());
                throw FeluccaException.unsupported("Filesystem does not support, or has not enabled quotas");
            }
            throw e;
        }
    }

    @Override
    public List<Mount> mounts(String key) {
        LayerInfo info = layers.rules().mountable(key).info();
        return List.of(
                info.state() == State.VIEW
                        ? Mount.bind(layers.files(info.parent()).toString(), "ro")
                        : Mount.bind(layers.files(key).toString(), "rw"));
    }

    @Override
    public void release(String key) {
        get(key);
    }

    @Override
    public void commit(String id, String key) {
        VfsLayer layer = layers.committable(id, key);
        layers.replace(key, new VfsLayer(new LayerInfo(id, layer.parent(), State.COMMITTED, IdMap.NONE)));
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
        LayerInfo info = get(name);
        if (info.state() == State.VIEW) {
            return new Usage(0, 0);
        }
        try (Directory files = directories.open(layers.files(name))) {
            if (info.parent().isEmpty()) {
                TreeSize all = TreeSize.of(files);
                return new Usage(all.sizeBytes(), all.inodes());
            }
            try (Directory parent = directories.open(layers.files(info.parent()))) {
                return CopyDifference.of(files, parent, info.idMap());
            }
        }
    }

    @Override
    public void remove(String name) {
        layers.remove(name, this::removeFolder);
    }

    private void removeFolder(VfsLayer layer) {
        Path folder = layers.folder(layer.name());
        if (layer.state() != State.ACTIVE) {
            layers.drop(folder);
            return;
        }
        // Held open, since it goes. Its limit, if it has one, ends last of all: what a refusal leaves keeps it.
        try (Directory files = directories.open(layers.files(layer.name()))) {
            layers.drop(folder);
            quotas.endLimit(files);
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public void close() {
        layers.close();
    }

    private LayerInfo get(String name) {
        return layers.rules().get(name).info();
    }
}

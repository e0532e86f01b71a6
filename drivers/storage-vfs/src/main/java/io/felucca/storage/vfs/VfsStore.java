package io.felucca.storage.vfs;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.MountUse;
import io.felucca.linux.Mounts;
import io.felucca.linux.ProjectQuotas;
import io.felucca.linux.TreeCopy;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store of full copies. Keeps nothing in memory but which parents are being copied now. */
final class VfsStore implements LayerStore, LayerLimit {

    private static final Logger LOG = LoggerFactory.getLogger(VfsStore.class);

    private final LayerFolders folders;
    private final Directories directories;
    private final Mounts mounts;
    private final ProjectQuotas quotas;

    /** Layers that are being copied, with the number of copies under way; they are not removed meanwhile. */
    private final Map<String, Integer> pinned = new HashMap<>();

    VfsStore(LayerFolders folders, Directories directories, Mounts mounts, ProjectQuotas quotas) {
        this.folders = folders;
        this.directories = directories;
        this.mounts = mounts;
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
        pin(parent);
        try {
            Path half = folders.startHalf(true);
            make(
                    half,
                    new LayerInfo(key, parent, State.ACTIVE, idMap),
                    () -> fill(half.resolve("files"), parent, idMap, sizeBytes));
        } finally {
            unpin(parent);
        }
    }

    @Override
    public void view(String key, String parent) {
        checkFree(key);
        if (parent.isEmpty()) {
            throw FeluccaException.invalid("a view needs a parent: " + key);
        }
        pin(parent);
        try {
            make(folders.startHalf(false), new LayerInfo(key, parent, State.VIEW, IdMap.NONE), () -> {});
        } finally {
            unpin(parent);
        }
    }

    private void make(Path half, LayerInfo info, Runnable content) {
        boolean made = false;
        try {
            content.run();
            folders.finish(half, info);
            made = true;
        } finally {
            if (!made) {
                folders.drop(half);
            }
        }
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
                try (Directory source = directories.open(folders.files(parent))) {
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
        LayerInfo info = get(key);
        return switch (info.state()) {
            case ACTIVE -> List.of(Mount.bind(folders.files(key).toString(), "rw"));
            case VIEW -> List.of(Mount.bind(folders.files(info.parent()).toString(), "ro"));
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
        LayerInfo info = get(key);
        checkFree(id);
        if (info.state() != State.ACTIVE || !info.idMap().isNone()) {
            throw FeluccaException.conflict("layer " + key + " cannot be committed: it is "
                    + (info.state() == State.ACTIVE ? "shifted by an id map" : "not active but " + info.state()));
        }
        if (MountUse.isMounted(mounts.list(), folders.files(key))) {
            throw FeluccaException.conflict("layer " + key + " cannot be committed: it is mounted");
        }
        try (Directory files = directories.open(folders.files(key))) {
            files.syncFileSystem();
        }
        folders.replace(key, new LayerInfo(id, info.parent(), State.COMMITTED, IdMap.NONE));
    }

    @Override
    public Optional<LayerInfo> find(String name) {
        return folders.find(name);
    }

    @Override
    public List<LayerInfo> list() {
        return folders.list();
    }

    @Override
    public Usage usage(String name) {
        LayerInfo info = get(name);
        if (info.state() == State.VIEW) {
            return new Usage(0, 0);
        }
        try (Directory files = directories.open(folders.files(name))) {
            if (info.parent().isEmpty()) {
                return Difference.ofAll(files, info.idMap());
            }
            try (Directory parent = directories.open(folders.files(info.parent()))) {
                return Difference.of(files, parent, info.idMap());
            }
        }
    }

    @Override
    public void remove(String name) {
        LayerInfo info = get(name);
        synchronized (pinned) {
            if (pinned.containsKey(name)) {
                throw FeluccaException.conflict("layer " + name + " cannot be removed: another is being made over it");
            }
            if (info.state() == State.COMMITTED) {
                for (LayerInfo other : folders.list()) {
                    if (other.parent().equals(name)) {
                        throw FeluccaException.conflict(
                                "layer " + name + " cannot be removed: layer " + other.name() + " is over it");
                    }
                }
            }
            removeFolder(info);
        }
    }

    private void removeFolder(LayerInfo info) {
        if (info.state() != State.ACTIVE) {
            folders.remove(info.name());
            return;
        }
        // Held open, since it goes. Its limit, if it has one, ends last of all: what a refusal leaves keeps it.
        try (Directory files = directories.open(folders.files(info.name()))) {
            folders.remove(info.name());
            quotas.endLimit(files);
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public void close() {
        folders.close();
    }

    private LayerInfo get(String name) {
        return find(name).orElseThrow(() -> FeluccaException.notFound("no such layer: " + name));
    }

    private void checkFree(String name) {
        if (find(name).isPresent()) {
            throw FeluccaException.conflict("layer " + name + " exists already");
        }
    }

    private void pin(String parent) {
        if (parent.isEmpty()) {
            return;
        }
        synchronized (pinned) {
            if (get(parent).state() != State.COMMITTED) {
                throw FeluccaException.conflict("layer " + parent + " cannot be a parent: it is not committed");
            }
            pinned.merge(parent, 1, Integer::sum);
        }
    }

    private void unpin(String parent) {
        synchronized (pinned) {
            pinned.computeIfPresent(parent, (name, count) -> count == 1 ? null : count - 1);
        }
    }
}

package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.record.Folders;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.VolumeUsers;
import io.felucca.volumes.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Volumes that are folders, and who has them mounted. */
final class FolderVolumes implements Volumes, VolumeMounts {

    private final Path root;
    private final Map<String, Volume> all = new ConcurrentHashMap<>();
    private final Set<String> mounted = new HashSet<>();
    volatile VolumeUsers users;
    /** Called when a container mounts one. */
    volatile Runnable mounting = () -> {};
    /** What the disk answers; null when it works. */
    volatile FeluccaException disk;

    FolderVolumes(Path root) {
        this.root = root;
    }

    synchronized Set<String> mounted() {
        return Set.copyOf(mounted);
    }

    Set<String> names() {
        return Set.copyOf(all.keySet());
    }

    @Override
    public Volume create(VolumeSpec spec) {
        if (spec.driver().equals("nosuch")) {
            throw FeluccaException.notFound("plugin \"nosuch\" not found");
        }
        return all.computeIfAbsent(spec.name(), name -> {
            try {
                Path folder = Files.createDirectories(root.resolve(name));
                return new Volume(name, "folder", folder, Instant.now(), spec.labels(), spec.options());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public boolean make(VolumeSpec spec) {
        boolean there = all.containsKey(spec.name());
        create(spec);
        return !there;
    }

    @Override
    public void sync(String name) {
        if (disk != null) {
            throw disk;
        }
    }

    @Override
    public Volume get(String name) {
        return Optional.ofNullable(all.get(name))
                .orElseThrow(() -> FeluccaException.notFound("get " + name + ": no such volume"));
    }

    @Override
    public List<Volume> list(Map<String, List<String>> filters) {
        String name = filters.get("name").get(0);
        return all.values().stream()
                .filter(volume -> volume.name().matches(name))
                .toList();
    }

    @Override
    public void remove(String name, boolean force) {
        if (!users.usesOf(name).isEmpty()) {
            throw FeluccaException.conflict("remove " + name + ": volume is in use");
        }
        Volume volume = all.remove(name);
        if (volume != null) {
            Folders.remove(volume.mountpoint());
        }
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long sizeBytes(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int users(String name) {
        return users.usesOf(name).size();
    }

    @Override
    public synchronized Path mount(String name, String user) {
        mounted.add(name + " " + user);
        mounting.run();
        return get(name).mountpoint();
    }

    @Override
    public synchronized void adopt(String name, String user) {
        mounted.add(name + " " + user);
    }

    @Override
    public synchronized boolean unmount(String name, String user) {
        return mounted.remove(name + " " + user);
    }

    @Override
    public void fill(String name, ImageFolder image, IdMap idMap) {
        image.with(source -> null);
    }

    @Override
    public void unmountUnused() {}
}

package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Drivers;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.storage.spi.Mount;
import io.felucca.volume.spi.VolumeDriver;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts what drivers want mounted and counts who uses it. Callers hold the volume's turn. What is mounted is asked of
 * the kernel once, at the start; from then on only this class mounts there.
 */
final class CountedMounts {

    private static final Logger LOG = LoggerFactory.getLogger(CountedMounts.class);

    private final Drivers drivers;
    private final Mounts kernel;
    private final VolumeFiles files;
    private final Map<String, Set<String>> users = new ConcurrentHashMap<>();
    private final Set<String> mounted = ConcurrentHashMap.newKeySet();

    CountedMounts(Drivers drivers, Mounts kernel, VolumeFiles files) {
        this.drivers = drivers;
        this.kernel = kernel;
        this.files = files;
    }

    /** Takes over what is mounted of these. */
    void takeOver(List<VolumeRecord> records) {
        Set<String> points = new HashSet<>();
        for (MountInfo mount : kernel.list()) {
            points.add(mount.mountPoint());
        }
        records.stream().filter(record -> points.contains(record.path())).forEach(record -> mounted.add(record.name()));
    }

    Path mount(VolumeRecord record, String user) {
        if (!isUsed(record.name()) && !mounted.contains(record.name())) {
            List<Mount> mounts = mounts(record);
            if (!mounts.isEmpty()) {
                make(record, mounts);
            }
        }
        users.computeIfAbsent(record.name(), name -> ConcurrentHashMap.newKeySet())
                .add(user);
        return record.content();
    }

    private List<Mount> mounts(VolumeRecord record) {
        // What the driver says, apart from that it is away.
        Function<VolumeDriver, List<Mount>> ask = driver -> {
            try {
                return driver.mounts(record.stored(files.folder(record.name())));
            } catch (FeluccaException e) {
                throw failed(record, e.kind(), e.getMessage(), e);
            }
        };
        return drivers.call(VolumeDriver.class, record.driver(), ask::apply);
    }

    private static FeluccaException failed(VolumeRecord record, Kind kind, String reason, FeluccaException cause) {
        return FeluccaException.notStarted(
                kind, "error while mounting volume '" + record.path() + "': " + reason, cause.startFailure(), cause);
    }

    private void make(VolumeRecord record, List<Mount> mounts) {
        try {
            kernel.mountAll(mounts, record.content());
        } catch (FeluccaException e) {
            release(record);
            throw failed(record, Kind.SYSTEM, "failed to mount local volume: " + e.getMessage(), e);
        }
        mounted.add(record.name());
        for (Mount mount : mounts) {
            if (mount.target().startsWith("/")) {
                kernel.unmount(Path.of(mount.target()), false);
            }
        }
    }

    void adopt(VolumeRecord record, String user) {
        users.computeIfAbsent(record.name(), name -> ConcurrentHashMap.newKeySet())
                .add(user);
    }

    /** @return whether the user was known */
    boolean unmount(VolumeRecord record, String user) {
        Set<String> all = users.get(record.name());
        boolean known = all != null && all.remove(user);
        if (known && all.isEmpty()) {
            users.remove(record.name());
            end(record);
        }
        return known;
    }

    boolean isUsed(String name) {
        return users.containsKey(name);
    }

    /** Who uses it now. */
    Set<String> users(String name) {
        return users.getOrDefault(name, Set.of());
    }

    /** Unmounts one that nobody uses. */
    void endUnlessUsed(VolumeRecord record) {
        if (!isUsed(record.name())) {
            end(record);
        }
    }

    private void end(VolumeRecord record) {
        if (!mounted.remove(record.name())) {
            return;
        }
        // Busy or not: a namespace that is ending may hold it a moment longer.
        kernel.detachTree(record.content());
        release(record);
    }

    private void release(VolumeRecord record) {
        try {
            drivers.<VolumeDriver, Object>call(VolumeDriver.class, record.driver(), driver -> {
                driver.release(record.stored(files.folder(record.name())));
                return null;
            });
        } catch (FeluccaException e) {
            LOG.warn("volume {} is unmounted, but its driver was not told: {}", record.name(), e.getMessage());
        }
    }
}

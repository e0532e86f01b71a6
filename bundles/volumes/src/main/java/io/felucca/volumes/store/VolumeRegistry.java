package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.linux.files.Directories;
import io.felucca.volume.spi.VolumeDriver;
import io.felucca.volumes.store.VolumeRecord.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records, on disk and as a cache, and each volume's turn: who has it sees a volume with which nothing is under way,
 * since what an engine before this one had begun is finished or undone first.
 */
final class VolumeRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeRegistry.class);

    private final VolumeFiles files;
    private final Drivers drivers;
    private final CountedMounts mounts;
    private final VolumeContent contents;
    private final VolumePopulation population;
    private final AtomicLong works = new AtomicLong();
    private final KeyedLock locks = new KeyedLock();
    private final Map<String, VolumeRecord> records = new ConcurrentHashMap<>();
    /** By name, what who brings it to the disk holds meanwhile. */
    private final Map<String, Object> unsynced = new ConcurrentHashMap<>();

    VolumeRegistry(VolumeFiles files, Drivers drivers, CountedMounts mounts, Directories directories) {
        this.files = files;
        this.drivers = drivers;
        this.mounts = mounts;
        contents = new VolumeContent(directories);
        population = new VolumePopulation(directories, this::save, this::saveWhole);
        files.all().forEach(record -> records.put(record.name(), record));
        mounts.takeOver(all());
    }

    static FeluccaException unknown(String name, String attempt) {
        return FeluccaException.notFound(attempt + " " + name + ": no such volume");
    }

    List<VolumeRecord> all() {
        return List.copyOf(records.values());
    }

    /** As it is on record, whatever is under way. */
    Optional<VolumeRecord> find(String name) {
        return Optional.ofNullable(records.get(name));
    }

    /** Those that a caller is told of. */
    Optional<VolumeRecord> findThere(String name) {
        return find(name).filter(VolumeRecord::isThere);
    }

    void save(VolumeRecord record) {
        files.write(record);
        records.put(record.name(), record);
    }

    /** As {@link #save}, of a volume that was just made, filled or restored: {@link #sync} brings the record to the disk. */
    void saveWhole(VolumeRecord record) {
        unsynced.put(record.name(), new Object());
        save(record);
    }

    /** Returns when what {@link #saveWhole} had is on the disk; who comes second waits for the first. */
    void sync(String name) {
        Object lock = unsynced.get(name);
        if (lock == null) {
            return;
        }
        synchronized (lock) {
            if (unsynced.get(name) == lock) {
                files.sync(name);
                unsynced.remove(name, lock);
            }
        }
    }

    /** Keeps in the cache what is on disk already. */
    void know(VolumeRecord record) {
        records.put(record.name(), record);
    }

    /** Removes the record and all else in its folder. */
    void forget(String name) {
        files.removeFolder(name);
        records.remove(name);
        unsynced.remove(name);
    }

    <R> R inTurn(String name, Supplier<R> work) {
        return locks.in(name, work);
    }

    void inTurn(String name, Runnable work) {
        locks.in(name, work);
    }

    /** Finishes or undoes what an engine before this one had under way; what needs a driver that is away stays for later. */
    void recover() {
        for (VolumeRecord record : all()) {
            if (record.state() != State.READY) {
                try {
                    inTurn(record.name(), () -> settled(record.name()));
                } catch (FeluccaException e) {
                    LOG.warn(
                            "volume {} stays as an engine before left it ({}): {}",
                            record.name(),
                            record.state(),
                            e.getMessage());
                }
            }
        }
    }

    /** The volume as it is when nothing is left under way; the caller has its turn. */
    Optional<VolumeRecord> settled(String name) {
        VolumeRecord record = records.get(name);
        if (record == null || record.state() == State.READY) {
            return Optional.ofNullable(record);
        }
        if (record.state() == State.FILLING) {
            mounted(record, content -> population.undo(record, content));
        } else if (record.state() == State.RESTORING) {
            restore(record, record.source());
        } else {
            destroy(record);
        }
        return Optional.ofNullable(records.get(name));
    }

    /** The volume that can be removed, whose content does not matter any more; the caller has its turn. */
    Optional<VolumeRecord> removable(String name) {
        Optional<VolumeRecord> there = findThere(name);
        return there.isPresent() ? there : settled(name);
    }

    /** @throws FeluccaException NOT_FOUND */
    VolumeRecord require(String name) {
        return settled(name).orElseThrow(() -> unknown(name, "get"));
    }

    /** With a volume mounted for a moment; the caller has its turn. */
    void mounted(VolumeRecord record, Consumer<Path> work) {
        String user = "work-" + works.incrementAndGet();
        try {
            work.accept(mounts.mount(record, user));
        } finally {
            mounts.unmount(record, user);
        }
    }

    /** Fills it from an image if it is empty; the caller has its turn. */
    void fill(VolumeRecord record, VolumePopulation.From image) {
        mounted(record, content -> population.fill(record, content, image));
    }

    /**
     * Gives it what is in a snapshot, which is there and mounted before anything is lost; the caller has its turn, and
     * nobody removes the snapshot before it is whole.
     *
     * @throws FeluccaException NOT_FOUND without the snapshot
     */
    void restore(VolumeRecord record, String snapshot) {
        inTurn(
                snapshot,
                () -> mounted(
                        require(snapshot),
                        source -> mounted(record, content -> {
                            save(record.restoring(snapshot));
                            contents.empty(content);
                            contents.copy(source, content);
                            contents.sync(content);
                            saveWhole(record.with(State.READY));
                            sync(record.name());
                        })));
    }

    /** The volume that cannot be had again without this snapshot; the caller has the snapshot's turn. */
    Optional<VolumeRecord> restoringFrom(String snapshot) {
        int end = snapshot.indexOf(VolumeRecord.SNAPSHOT);
        return end < 0
                ? Optional.empty()
                : find(snapshot.substring(0, end))
                        .filter(record -> record.state() == State.RESTORING && snapshot.equals(record.source()));
    }

    /** A refusal of the driver's leaves the volume what it was; the caller has its turn. */
    void destroy(VolumeRecord record) {
        save(record.with(State.REMOVING));
        try {
            drivers.<VolumeDriver, Object>call(VolumeDriver.class, record.driver(), driver -> {
                driver.remove(record.stored(files.folder(record.name())));
                return null;
            });
        } catch (FeluccaException e) {
            save(record);
            throw e;
        }
        forget(record.name());
    }
}

package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Mounts;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import io.felucca.storage.devicemapper.pool.ThinPool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Activates and deactivates thin devices. A layer that is mounted has the device {@code felucca-TAG-NUMBER}; for the
 * time of a look at a layer there is {@code felucca-TAG-look-COUNT}. Thread-safe; not for one layer at once.
 */
final class ThinDevices {

    static final long WAIT_MILLIS = 10_000;
    private static final int SECTOR_BYTES = 512;

    private final DeviceMapper mapper;
    private final Mounts mounts;
    private final ThinPool pool;
    private final String prefix;
    private final boolean deferred;
    private final AtomicLong looks = new AtomicLong(System.nanoTime());

    ThinDevices(DeviceMapper mapper, Mounts mounts, ThinPool pool, String tag, boolean deferred) {
        this.mapper = mapper;
        this.mounts = mounts;
        this.pool = pool;
        prefix = "felucca-" + tag + "-";
        this.deferred = deferred;
    }

    private String name(int device) {
        return prefix + device;
    }

    /** Removes what looks at layers were left by a crash. */
    void removeForgotten() {
        for (String name : mapper.names()) {
            if (name.startsWith(prefix + "look-")) {
                mapper.remove(name, true);
            }
        }
    }

    Optional<DmDevice> active(Layer layer) {
        return mapper.find(name(layer.device())).filter(DmDevice::live);
    }

    boolean isMounted(DmDevice device) {
        return mounts.list().stream()
                .anyMatch(mount -> mount.major() == device.major() && mount.minor() == device.minor());
    }

    /** The layer's device; idempotent. One that is to go with its last user stays. */
    DmDevice activate(Layer layer, boolean readOnly) {
        String name = name(layer.device());
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (true) {
            try {
                Optional<DmDevice> found = mapper.find(name);
                if (found.isEmpty()) {
                    return create(name, layer, readOnly);
                } else if (!found.get().live()) {
                    mapper.remove(name, false); // a crash came before its table
                } else {
                    if (found.get().removing()) {
                        mapper.keep(name);
                    }
                    return found.get();
                }
            } catch (FeluccaException e) {
                // It goes, or comes, at this very moment.
                boolean passing = e.kind() == Kind.CONFLICT || e.kind() == Kind.NOT_FOUND;
                if (!passing || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private DmDevice create(String name, Layer layer, boolean readOnly) {
        String parameters = pool.number() + " " + layer.device();
        DmTarget table = new DmTarget(0, layer.sizeBytes() / SECTOR_BYTES, "thin", parameters);
        return mapper.create(name, "FELUCCA-" + name, List.of(table), readOnly);
    }

    /** Lets go of a layer's device; where removals are not deferred, waits for its last user. */
    void deactivate(int device) {
        if (deferred) {
            mapper.remove(name(device), true);
        } else {
            deactivateNow(device);
        }
    }

    /**
     * What a deferred removal leaves to its last user is still there.
     *
     * @throws FeluccaException CONFLICT while a layer's device is there
     */
    void checkGone(int device) {
        if (mapper.find(name(device)).isPresent()) {
            throw FeluccaException.conflict(name(device) + " is in use");
        }
    }

    /**
     * The device is gone when it returns: its filesystem is written back.
     *
     * @throws FeluccaException CONFLICT when it is in use for too long
     */
    void deactivateNow(int device) {
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (true) {
            try {
                mapper.remove(name(device), false);
                return;
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    /** Gives work a device of its own on a layer's blocks, whoever else has one; not for a layer that is active. */
    <R> R look(Layer layer, boolean readOnly, Function<DmDevice, R> work) {
        String name = prefix + "look-" + Long.toString(looks.incrementAndGet(), Character.MAX_RADIX);
        DmDevice device = create(name, layer, readOnly);
        try {
            return work.apply(device);
        } finally {
            mapper.remove(name, true);
        }
    }

    /** Whether the pool has a layer's device: a table on it is made and taken away. */
    boolean exists(Layer layer) {
        try {
            return look(layer, true, device -> true);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static void pause() {
        LockSupport.parkNanos(5_000_000);
    }
}

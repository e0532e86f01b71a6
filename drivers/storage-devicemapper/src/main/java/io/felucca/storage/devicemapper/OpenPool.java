package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.OpenFile;
import io.felucca.storage.devicemapper.pool.DmOptions;
import io.felucca.storage.devicemapper.pool.PoolSource;
import io.felucca.storage.devicemapper.pool.PoolStatus;
import io.felucca.storage.devicemapper.pool.ThinPool;
import io.felucca.storage.spi.LayerStore;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A pool in use by one store: its thin devices, their numbers, and the lock that keeps other stores away. */
public final class OpenPool implements AutoCloseable {

    private final ThinPool pool;
    private final PoolSource source;
    private final DmOptions options;
    private final Mounts mounts;
    private final ThinDevices devices;
    private final DeviceNumbers numbers;
    private final Reaper reaper;
    private final OpenFile lock;

    OpenPool(
            ThinPool pool,
            PoolSource source,
            DmOptions options,
            Mounts mounts,
            ThinDevices devices,
            DeviceNumbers numbers,
            Reaper reaper,
            OpenFile lock) {
        this.pool = pool;
        this.source = source;
        this.options = options;
        this.mounts = mounts;
        this.devices = devices;
        this.numbers = numbers;
        this.reaper = reaper;
        this.lock = lock;
    }

    DmOptions options() {
        return options;
    }

    Mounts mounts() {
        return mounts;
    }

    ThinDevices devices() {
        return devices;
    }

    DeviceNumbers numbers() {
        return numbers;
    }

    Reaper reaper() {
        return reaper;
    }

    ThinPool pool() {
        return pool;
    }

    /** Whether a removed layer's blocks are discarded before its device goes. */
    boolean discards() {
        return source.discards();
    }

    /** Takes a snapshot of a device that nobody writes to and returns its number. */
    int snapshot(int origin) {
        int device = numbers.take();
        boolean made = false;
        try {
            pool.snapshot(device, origin);
            made = true;
            return device;
        } finally {
            if (!made) {
                numbers.give(device);
            }
        }
    }

    /**
     * Refuses what is new in a pool that is nearly full, so that the containers that run go on.
     *
     * @throws FeluccaException SYSTEM, in dockerd's words
     */
    void checkFree() {
        int percent = options.minFreePercent();
        if (percent == 0) {
            return;
        }
        PoolStatus status = pool.status();
        check("data", status.totalDataBlocks(), status.usedDataBlocks(), percent);
        check("metadata", status.totalMetadataBlocks(), status.usedMetadataBlocks(), percent);
    }

    private static void check(String kind, long total, long used, int percent) {
        long least = Math.max(1, total * percent / 100);
        if (total - used < least) {
            throw FeluccaException.system("devmapper: Thin Pool has " + (total - used) + " free " + kind
                    + " blocks which is less than minimum required " + least + " free " + kind
                    + " blocks. Create more free " + (kind.equals("data") ? "" : "metadata ")
                    + "space in thin pool or use dm.min_free_space option to change behavior");
        }
    }

    /** The pairs of dockerd's info; of a pool that has failed, its name and that. */
    Map<String, String> info(Layer base) {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("Pool Name", pool.name());
        PoolStatus status;
        try {
            status = pool.status();
        } catch (FeluccaException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            pairs.put(LayerStore.WARNING, e.getMessage());
            return pairs;
        }
        pairs.put("Pool Blocksize", size(status.blockBytes()));
        pairs.put("Base Device Size", size(base.sizeBytes()));
        pairs.put("Backing Filesystem", base.fileSystem());
        // Devices are made by ioctl(2), and their nodes with them: nothing waits for udev.
        pairs.put("Udev Sync Supported", "false");
        pairs.putAll(source.info());
        pairs.put("Data Space Used", size(status.usedDataBytes()));
        pairs.put("Data Space Total", size(status.totalDataBytes()));
        pairs.put("Data Space Available", size(status.totalDataBytes() - status.usedDataBytes()));
        pairs.put("Metadata Space Used", size(status.usedMetadataBytes()));
        pairs.put("Metadata Space Total", size(status.totalMetadataBytes()));
        pairs.put("Metadata Space Available", size(status.totalMetadataBytes() - status.usedMetadataBytes()));
        long leastFree = status.totalDataBlocks() * options.minFreePercent() / 100;
        pairs.put("Thin Pool Minimum Free Space", size(leastFree * status.blockBytes()));
        pairs.put("Deferred Removal Enabled", Boolean.toString(options.deferredRemoval()));
        pairs.put("Deferred Deletion Enabled", Boolean.toString(options.deferredDeletion()));
        pairs.put("Deferred Deleted Device Count", Integer.toString(reaper.pending()));
        pairs.put("Library Version", "none (kernel interface " + pool.interfaceVersion() + ")");
        if (!source.warning().isEmpty()) {
            pairs.put(LayerStore.WARNING, source.warning());
        }
        return pairs;
    }

    /** As go-units' HumanSize: four digits, decimal units. */
    public static String size(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        String digits = new BigDecimal(value)
                .round(new MathContext(4, RoundingMode.HALF_EVEN))
                .stripTrailingZeros()
                .toPlainString();
        return digits + units[unit];
    }

    @Override
    public void close() {
        reaper.close();
        try {
            source.deactivate();
        } finally {
            lock.close();
        }
    }
}

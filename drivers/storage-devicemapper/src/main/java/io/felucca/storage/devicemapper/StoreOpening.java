package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.storage.devicemapper.pool.DmOptions;
import io.felucca.storage.devicemapper.pool.PoolSource;
import io.felucca.storage.devicemapper.pool.Programs;
import io.felucca.storage.devicemapper.pool.ThinPool;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store, in these steps: the lock, the pool's record, the layers' records, the devices that belong to no layer,
 * the base.
 *
 * <pre>
 *   lock           held while a store is open: the driver's old version may still be at its last call
 *   pool           which pool, and the transaction id that it has
 *   layers/NAME    a layer's record
 *   staging/       where mounts of layers with an id map are made first
 * </pre>
 */
final class StoreOpening {

    private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);
    private static final long LOCK_MILLIS = 20_000;

    private final Path root;
    private final DmOptions options;
    private final Directories directories;
    private final Mounts mounts;
    private final Programs programs;
    private final DeviceMapper mapper;

    StoreOpening(
            Path root,
            DmOptions options,
            Directories directories,
            Mounts mounts,
            Programs programs,
            DeviceMapper mapper) {
        this.root = root;
        this.options = options;
        this.directories = directories;
        this.mounts = mounts;
        this.programs = programs;
        this.mapper = mapper;
    }

    LayerStore open(PoolSource source) {
        OpenFile lock = lock();
        OpenPool open = null;
        LayerStore store = null;
        try {
            ThinPool pool = new ThinPool(mapper, source.activate());
            Path staging = Files.createDirectories(root.resolve("staging"));
            PoolRecord record = PoolRecord.open(root.resolve("pool"), pool);
            LayerRecords records = new LayerRecords(root.resolve("layers"));
            DeviceNumbers numbers = new DeviceNumbers(record, records.all());
            ThinDevices devices = new ThinDevices(mapper, mounts, pool, record.tag(), options.deferredRemoval());
            record.check(records.all());
            devices.removeForgotten();
            checkEnds(record, records, devices);
            Reaper reaper = new Reaper(devices, pool, numbers, records::syncRemovals, layer -> discard(devices, layer));
            open = new OpenPool(pool, source, options, mounts, devices, numbers, reaper, lock);
            records.syncRemovals();
            numbers.deleteForgotten(pool, reaper::delete);
            store = new ThinStore(open, records, base(open, records), staging);
            return store;
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folders of devicemapper in " + root + ": " + e, e);
        } finally {
            if (store == null) {
                if (open == null) {
                    refuse(source, lock);
                } else {
                    open.close();
                }
            }
        }
    }

    private void refuse(PoolSource source, OpenFile lock) {
        try {
            source.deactivate();
        } catch (FeluccaException e) {
            LOG.warn("the pool of the store {}, which is not opened, stays active", root, e);
        } finally {
            lock.close();
        }
    }

    /** A pool with the devices of the lowest and the highest number is taken for the one that has all. */
    private static void checkEnds(PoolRecord record, LayerRecords records, ThinDevices devices) {
        Comparator<Layer> byNumber = Comparator.comparingInt(Layer::device);
        List<Layer> layers = records.all();
        Stream.concat(layers.stream().min(byNumber).stream(), layers.stream().max(byNumber).stream())
                .filter(layer -> !devices.exists(layer))
                .findFirst()
                .ifPresent(layer -> {
                    throw record.isAnother(layer);
                });
    }

    private OpenFile lock() {
        OpenFile lock = directories.openFile(root.resolve("lock"), Open.READ_WRITE | Open.CREATE, 0600);
        long deadline = System.nanoTime() + LOCK_MILLIS * 1_000_000;
        while (!lock.tryLock(true)) {
            if (System.nanoTime() > deadline) {
                lock.close();
                throw FeluccaException.unavailable("the store " + root + " is open elsewhere");
            }
            LockSupport.parkNanos(20_000_000);
        }
        return lock;
    }

    /** The base of these options; those of other options are removed, since snapshots do not need their origin. */
    private Layer base(OpenPool pool, LayerRecords records) {
        String type = FileSystem.choose(options.fileSystem());
        long sizeBytes = options.baseSizeBytes() / 512 * 512;
        String name = LayerRecords.baseName(type + " " + sizeBytes + " " + options.mkfsArguments());
        for (Layer other : records.all()) {
            if (LayerRecords.isBase(other) && !other.name().equals(name)) {
                records.remove(other.name());
                pool.reaper().delete(other.device());
            }
        }
        return records.find(name).orElseGet(() -> {
            Layer base = makeBase(pool, new LayerInfo(name, "", State.COMMITTED, IdMap.NONE), sizeBytes, type);
            records.add(base);
            return base;
        });
    }

    private Layer makeBase(OpenPool pool, LayerInfo info, long sizeBytes, String type) {
        pool.checkFree();
        int device = pool.numbers().take();
        boolean made = false;
        try {
            pool.pool().create(device);
            Layer base = new Layer(info, device, sizeBytes, type);
            pool.devices().look(base, false, mapped -> {
                FileSystem.make(programs, mounts, type, mapped.node(), options.mkfsArguments());
                return null;
            });
            pool.numbers().sync();
            made = true;
            return base;
        } finally {
            if (!made) {
                pool.reaper().delete(device);
            }
        }
    }

    private void discard(ThinDevices devices, Layer layer) {
        devices.look(
                layer, false, device -> programs.run("blkdiscard", device.node().toString()));
    }
}

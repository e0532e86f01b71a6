package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.storage.devicemapper.pool.ThinPool;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Numbers of the pool's thin devices, the lowest free one first. What a crash left between the pool and the records is
 * found here: a number below the record's limit that no layer has. Thread-safe.
 */
final class DeviceNumbers {

    private final PoolRecord record;
    private final BitSet used = new BitSet();

    /** @param layers all that are there */
    DeviceNumbers(PoolRecord record, List<Layer> layers) {
        this.record = record;
        layers.forEach(layer -> used.set(layer.device()));
    }

    /** Deletes the devices that belong to no layer; those that are busy are told, and stay taken meanwhile. */
    synchronized void deleteForgotten(ThinPool pool, IntConsumer busy) {
        for (int device = used.nextClearBit(0); device < record.limit(); device = used.nextClearBit(device + 1)) {
            try {
                pool.delete(device);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
                used.set(device);
                busy.accept(device);
            }
        }
    }

    synchronized int take() {
        int device = used.nextClearBit(0);
        if (device >= record.limit()) {
            record.raiseLimit();
        }
        used.set(device);
        return device;
    }

    synchronized void give(int device) {
        used.clear(device);
    }

    /** Has the pool write all that it was told to disk. */
    synchronized void sync() {
        record.sync();
    }
}

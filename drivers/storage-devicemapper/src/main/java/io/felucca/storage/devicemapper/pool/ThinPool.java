package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmTarget;
import java.util.List;

/** A thin pool's messages. What they change is in the pool's metadata, on disk, when they return. Thread-safe. */
public final class ThinPool {

    private final DeviceMapper mapper;
    private final String name;

    public ThinPool(DeviceMapper mapper, String name) {
        this.mapper = mapper;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Of the kernel's device mapper. */
    public String interfaceVersion() {
        return mapper.version();
    }

    /** As the tables of its thin devices name it. */
    public String number() {
        return mapper.find(name)
                .orElseThrow(() -> FeluccaException.unavailable("the thin pool " + name + " is gone"))
                .number();
    }

    /** @throws FeluccaException UNAVAILABLE for a pool that has failed: it says nothing else of itself */
    public PoolStatus status() {
        PoolStatus status = PoolStatus.of(only(mapper.status(name)), only(mapper.table(name)));
        if (status.failed()) {
            throw FeluccaException.unavailable("the thin pool " + name + " has failed: see dmesg");
        }
        return status;
    }

    private DmTarget only(List<DmTarget> targets) {
        if (targets.size() != 1) {
            throw FeluccaException.invalid(name + " is no thin pool: its table has " + targets.size() + " lines");
        }
        return targets.get(0);
    }

    public void setTransaction(long from, long to) {
        mapper.message(name, "set_transaction_id " + from + " " + to);
    }

    /** CONFLICT when there is one of that number. */
    public void create(int device) {
        mapper.message(name, "create_thin " + device);
    }

    /** A snapshot of a device to which nothing is being written. CONFLICT when there is one of that number. */
    public void snapshot(int device, int origin) {
        mapper.message(name, "create_snap " + device + " " + origin);
    }

    /**
     * @return false when there was none
     * @throws FeluccaException CONFLICT while it is active
     */
    public boolean delete(int device) {
        try {
            mapper.message(name, "delete " + device);
            return true;
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}

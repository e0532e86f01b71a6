package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Devices in memory: names, who is busy, and the calls that change something, in order. */
final class FakeMapper implements DeviceMapper {

    static final String POOL = "pool";

    final List<String> calls = new CopyOnWriteArrayList<>();
    final Map<String, DmDevice> devices = new ConcurrentHashMap<>();
    volatile boolean busy;
    volatile RuntimeException onMessage;
    volatile String status = "0 10/4096 0/1024 - rw discard_passdown queue_if_no_space - 1024";

    FakeMapper() {
        devices.put(POOL, device(POOL, false));
    }

    static DmDevice device(String name, boolean removing) {
        return new DmDevice(name, "", 254, 0, 0, false, false, true, removing);
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public String version() {
        return "4.47.0";
    }

    @Override
    public boolean hasTarget(String type) {
        return true;
    }

    @Override
    public Optional<DmDevice> find(String name) {
        return Optional.ofNullable(devices.get(name));
    }

    @Override
    public List<String> names() {
        return List.copyOf(devices.keySet());
    }

    @Override
    public DmDevice create(String name, String uuid, List<DmTarget> table, boolean readOnly) {
        calls.add("create " + name);
        devices.put(name, device(name, false));
        return devices.get(name);
    }

    @Override
    public boolean remove(String name, boolean deferred) {
        if (!busy) {
            return devices.remove(name) != null;
        } else if (!deferred) {
            throw FeluccaException.conflict(name + " is busy");
        }
        return devices.computeIfPresent(name, (key, old) -> device(key, true)) != null;
    }

    @Override
    public String message(String name, String message) {
        calls.add(message);
        if (onMessage != null) {
            throw onMessage;
        }
        return "";
    }

    @Override
    public List<DmTarget> status(String name) {
        return List.of(new DmTarget(0, 131072, "thin-pool", status));
    }

    @Override
    public List<DmTarget> table(String name) {
        return List.of(new DmTarget(0, 131072, "thin-pool", "7:1 7:0 128 32768 1 skip_block_zeroing"));
    }

    @Override
    public void replaceTable(String name, List<DmTarget> table, boolean readOnly) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keep(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void suspend(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(String name) {
        throw new UnsupportedOperationException();
    }
}

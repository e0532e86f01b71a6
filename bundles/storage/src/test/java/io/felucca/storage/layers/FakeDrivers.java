package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.storage.spi.StorageDriver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Storage drivers that come and go; one that is away is so at once, without the wait. */
final class FakeDrivers implements Drivers {

    private final ConcurrentSkipListMap<String, StorageDriver> present = new ConcurrentSkipListMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    FakeDrivers with(String name, StorageDriver driver) {
        present.put(name, driver);
        return this;
    }

    void remove(String name) {
        seen.add(name);
        present.remove(name);
    }

    @Override
    public <D> Lease<D> lease(Class<D> kind, String name) {
        StorageDriver driver = present.get(name);
        if (driver == null && !seen.contains(name)) {
            throw FeluccaException.notFound("there is no storage driver " + name);
        } else if (driver == null) {
            throw FeluccaException.unavailable("storage driver " + name + " is away");
        }
        return new Lease<>() {
            @Override
            public D driver() {
                return kind.cast(driver);
            }

            @Override
            public boolean lost() {
                return false;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Watch watch(Class<?> kind, Runnable came) {
        throw new IllegalStateException(kind.getName());
    }

    @Override
    public List<String> names(Class<?> kind) {
        return List.copyOf(present.keySet());
    }
}

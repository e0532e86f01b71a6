package io.felucca.storage.layers;

import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A driver whose stores write down which methods are called with which name. */
final class RecordingDriver implements StorageDriver {

    private final StorageDriver driver;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Optional<String> unfit = Optional.empty();

    RecordingDriver(StorageDriver driver) {
        this.driver = driver;
    }

    List<String> calls() {
        return calls;
    }

    RecordingDriver unfit(String reason) {
        unfit = Optional.of(reason);
        return this;
    }

    @Override
    public Optional<String> probe(Path root, Map<String, String> options) {
        calls.add("probe");
        return unfit.isPresent() ? unfit : driver.probe(root, options);
    }

    @Override
    public LayerStore open(Path root, Map<String, String> options) {
        calls.add("open " + new TreeMap<>(options));
        LayerStore store = driver.open(root, options);
        return (LayerStore) Proxy.newProxyInstance(
                LayerStore.class.getClassLoader(), new Class<?>[] {LayerStore.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName() + (arguments == null ? "" : " " + arguments[0]));
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

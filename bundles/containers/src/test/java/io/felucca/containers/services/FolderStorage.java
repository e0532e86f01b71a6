package io.felucca.containers.services;

import io.felucca.IdMap;
import io.felucca.containers.record.Folders;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** A storage of plain copies that knows who mounted what. */
final class FolderStorage implements Storage {

    private final Path image;
    private final Path layers;
    private final Consumer<String> steps;
    private final Set<String> mounted = new HashSet<>();

    public FolderStorage(Path image, Path layers, Consumer<String> steps) {
        this.image = image;
        this.layers = layers;
        this.steps = steps;
    }

    synchronized Set<String> mounted() {
        return Set.copyOf(mounted);
    }

    /** Keys of the layers that are there. */
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        String[] names = layers.toFile().list();
        if (names != null) {
            keys.addAll(List.of(names));
        }
        return keys;
    }

    @Override
    public String defaultDriver() {
        return "folders";
    }

    @Override
    public List<String> used() {
        return List.of();
    }

    @Override
    public List<String> drivers() {
        return List.of("folders");
    }

    @Override
    public Map<String, String> status(String driver) {
        return Map.of();
    }

    @Override
    public <R> R with(String driver, Function<? super LayerStore, ? extends R> work) {
        throw new UnsupportedOperationException("no layer store");
    }

    @Override
    public void sync(String driver, String key) {}

    @Override
    public synchronized Path mount(String driver, String key, String user) {
        steps.accept("before mount");
        mounted.add(key);
        steps.accept("after mount");
        return layers.resolve(key);
    }

    @Override
    public synchronized void unmount(String driver, String key, String user) {
        mounted.remove(key);
    }

    @Override
    public void detach(String driver, String key, String user) {
        unmount(driver, key, user);
    }

    @Override
    public void prepareContainer(String driver, String key, String chainId, IdMap idMap, long sizeBytes) {
        steps.accept("before prepare");
        try (Stream<Path> files = Files.walk(image)) {
            for (Path file : files.toList()) {
                Path target = layers.resolve(key).resolve(image.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(
                        file, target, new CopyOption[] {LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES});
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        steps.accept("after prepare");
    }

    @Override
    public synchronized void remove(String driver, String key) {
        steps.accept("before remove");
        mounted.remove(key);
        Folders.remove(layers.resolve(key));
        steps.accept("after remove");
    }

    @Override
    public void removeImageLayer(String driver, String chainId) {}

    @Override
    public void unmountUnused() {}
}

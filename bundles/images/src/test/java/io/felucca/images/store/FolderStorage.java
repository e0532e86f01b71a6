package io.felucca.images.store;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Storage for tests: a driver is a folder, a layer a folder below it that holds its own files. Survives a kill. */
public final class FolderStorage implements Storage {

    private final Map<String, FolderStore> stores = new LinkedHashMap<>();

    public FolderStorage(Path root, String... drivers) {
        for (String driver : drivers) {
            stores.put(driver, new FolderStore(root.resolve(driver)));
        }
    }

    @Override
    public String defaultDriver() {
        return stores.keySet().iterator().next();
    }

    @Override
    public List<String> drivers() {
        return List.copyOf(stores.keySet());
    }

    @Override
    public Map<String, String> status(String driver) {
        return Map.of();
    }

    @Override
    public <R> R with(String driver, Function<? super LayerStore, ? extends R> work) {
        return work.apply(stores.get(driver));
    }

    @Override
    public Path mount(String driver, String key, String user) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unmount(String driver, String key, String user) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void detach(String driver, String key, String user) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepareContainer(String driver, String key, String chainId, IdMap idMap, long sizeBytes) {
        stores.get(driver).prepare(key, chainId, idMap);
    }

    @Override
    public void remove(String driver, String key) {
        if (stores.get(driver).find(key).isPresent()) {
            stores.get(driver).remove(key);
        }
    }

    @Override
    public void removeImageLayer(String driver, String chainId) {
        remove(driver, chainId);
    }

    @Override
    public void unmountUnused() {}

    private static final class FolderStore implements LayerStore, LayerDirectory {

        private final Path root;

        FolderStore(Path root) {
            this.root = root;
            make(root);
        }

        private static void make(Path folder) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** One folder is one layer: {@code NAME,STATE,PARENT}. */
        private Optional<Path> folder(String name) {
            try (Stream<Path> all = Files.list(root)) {
                return all.filter(path -> path.getFileName().toString().startsWith(name + ","))
                        .findFirst();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static LayerInfo info(Path folder) {
            String[] parts = folder.getFileName().toString().split(",", -1);
            return new LayerInfo(parts[0], parts[2], State.valueOf(parts[1]), IdMap.NONE);
        }

        private static FeluccaException missing(String name) {
            return FeluccaException.notFound("no layer " + name);
        }

        @Override
        public void prepare(String key, String parent, IdMap idMap) {
            if (!parent.isEmpty() && folder(parent).isEmpty()) {
                throw missing(parent);
            }
            make(root.resolve(key + ",ACTIVE," + parent));
        }

        @Override
        public void view(String key, String parent) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Mount> mounts(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release(String key) {}

        @Override
        public void commit(String id, String key) {
            commitOver(id, key, find(key).orElseThrow(() -> missing(key)).parent());
        }

        @Override
        public void commitOver(String id, String key, String parent) {
            if (find(id).isPresent()) {
                throw FeluccaException.conflict("layer " + id + " exists");
            }
            Path from = folder(key).orElseThrow(() -> missing(key));
            try {
                Files.move(from, root.resolve(id + ",COMMITTED," + parent), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<Path> directory(String name) {
            return folder(name);
        }

        @Override
        public Optional<LayerInfo> find(String name) {
            return folder(name).map(FolderStore::info);
        }

        @Override
        public List<LayerInfo> list() {
            try (Stream<Path> all = Files.list(root)) {
                return all.map(FolderStore::info).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Usage usage(String name) {
            return new Usage(0, 0);
        }

        @Override
        public void remove(String name) {
            if (list().stream().anyMatch(layer -> layer.parent().equals(name))) {
                throw new FeluccaException(Kind.CONFLICT, "layer " + name + " has children");
            }
            Path folder = folder(name).orElseThrow(() -> missing(name));
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Map<String, String> status() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}

package io.felucca.images.commit;

import io.felucca.FeluccaException;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Change;
import io.felucca.images.Layers.Changes;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.Kind;
import io.felucca.images.Layers.Layer;
import io.felucca.images.Layers.PathStat;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.LayerDiff.Filter;
import io.felucca.images.changes.LowerDirectories;
import io.felucca.images.changes.PathTree;
import io.felucca.images.changes.SortedChanges;
import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Owners;
import io.felucca.images.unpack.LayerDirectories;
import io.felucca.images.unpack.UnpackTarget;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The files of active layers. Where a driver shows a layer's own changes they are read there; else two mounts are
 * compared, where the driver says that they may differ or all over: the layer's, and a view of what is below it, which is
 * the init layer, so that its files never differ.
 */
final class LayerFiles {

    private final Storage storage;
    private final Directories directories;
    private final AtomicLong uses = new AtomicLong();

    LayerFiles(Storage storage, Directories directories) {
        this.storage = storage;
        this.directories = directories;
    }

    /** A mount for one use. */
    private final class Mounted implements AutoCloseable {
        private final Layer layer;
        private final String user = "files-" + uses.incrementAndGet();
        private final Path path;

        Mounted(Layer layer) {
            this.layer = layer;
            if (layer.view().isEmpty()) {
                info(layer);
            }
            path = layer.view().orElseGet(() -> storage.mount(layer.driver(), layer.key(), user));
        }

        Directory open() {
            return directories.open(path);
        }

        @Override
        public void close() {
            if (layer.view().isEmpty()) {
                storage.detach(layer.driver(), layer.key(), user);
            }
        }
    }

    private LayerInfo info(Layer layer) {
        return storage.with(layer.driver(), store -> store.find(layer.key()))
                .orElseThrow(() -> FeluccaException.notFound(
                        "the layer " + layer.key() + " of " + layer.driver() + " is not there"));
    }

    private Optional<Path> ownFolder(Layer layer) {
        return new LayerDirectories(storage).find(layer.driver(), layer.key());
    }

    private Optional<PathTree> changedPaths(Layer layer) {
        return storage.<Optional<List<byte[]>>>with(
                        layer.driver(),
                        store -> store instanceof LayerChanges told ? told.changedPaths(layer.key()) : Optional.empty())
                .map(PathTree::of);
    }

    Changes changes(Layer layer) {
        return new TextChanges(sortedChanges(layer));
    }

    /** As {@link #changes}, with the paths' own bytes. */
    SortedChanges sortedChanges(Layer layer) {
        Owners owners = new Owners(layer.idMap());
        Optional<Path> own = ownFolder(layer);
        return withLower(
                layer,
                lower -> own.isPresent()
                        ? with(own.get(), upper -> LayerDiff.overlayChanges(lower, upper, owners, Filter.ALL))
                        : mounted(
                                layer,
                                upper -> LayerDiff.changes(lower, upper, changedPaths(layer), owners, Filter.ALL)));
    }

    private record TextChanges(SortedChanges changes) implements Changes {
        @Override
        public boolean hasNext() {
            return changes.hasNext();
        }

        @Override
        public Change next() {
            var change = changes.next();
            return new Change(Kind.valueOf(change.kind().name()), new String(change.path(), StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            changes.close();
        }
    }

    /**
     * Writes what the layer changed as a layer archive; returns the sum of the files' sizes.
     *
     * @param latest the time of what was changed after it; empty for the times as they are
     */
    long writeChanges(Layer layer, Optional<Instant> latest, OutputStream tar) {
        Owners owners = new Owners(layer.idMap());
        Optional<Path> own = ownFolder(layer);
        if (own.isPresent()) {
            try (LateView lower = new LateView(layer.driver(), info(layer).parent())) {
                return with(own.get(), upper -> LayerDiff.writeOverlay(upper, lower, owners, Filter.ALL, latest, tar));
            }
        }
        return withLower(
                layer,
                lower -> mounted(
                        layer,
                        upper -> LayerDiff.write(lower, upper, changedPaths(layer), owners, Filter.ALL, latest, tar)));
    }

    /**
     * Writes what differs between two stacks of layers as a layer archive; returns the sum of the files' sizes.
     *
     * @param lower chain id; empty for nothing, as {@code upper}
     */
    long writeDifference(String driver, String lower, String upper, Optional<Instant> latest, OutputStream tar) {
        return view(
                driver,
                lower,
                below -> view(
                        driver,
                        upper,
                        above -> above.isEmpty()
                                ? LayerDiff.writeNothing(tar)
                                : LayerDiff.write(
                                        below, above.get(), Optional.empty(), Owners.HOST, Filter.ALL, latest, tar)));
    }

    /** A look at the layers below one, mounted when something is first asked of it: most layers never ask. */
    private final class LateView implements LowerDirectories, AutoCloseable {

        private final String driver;
        private final String chain;
        private UnpackTarget.View view;
        private Directory root;

        LateView(String driver, String chain) {
            this.driver = driver;
            this.chain = chain;
        }

        @Override
        public Optional<Directory> find(EntryPath path) {
            if (chain.isEmpty()) {
                return Optional.empty();
            }
            if (root == null) {
                view = new UnpackTarget.View(storage, driver, chain);
                root = directories.open(view.path());
            }
            return LowerDirectories.in(root).find(path);
        }

        @Override
        public void close() {
            if (root != null) {
                root.close();
            }
            if (view != null) {
                view.close();
            }
        }
    }

    private <R> R withLower(Layer layer, Function<Optional<Directory>, R> work) {
        return view(layer.driver(), info(layer).parent(), work);
    }

    private <R> R view(String driver, String chain, Function<Optional<Directory>, R> work) {
        if (chain.isEmpty()) {
            return work.apply(Optional.empty());
        }
        return UnpackTarget.withView(storage, driver, chain, path -> with(path, tree -> work.apply(Optional.of(tree))));
    }

    /** Works with the layer as its mount shows it. */
    <R> R mounted(Layer layer, Function<Directory, R> work) {
        try (Mounted mounted = new Mounted(layer)) {
            return with(mounted.path, work);
        }
    }

    private <R> R with(Path folder, Function<Directory, R> work) {
        try (Directory directory = directories.open(folder)) {
            return work.apply(directory);
        }
    }

    PathStat stat(Layer layer, String path) {
        return root(layer, root -> {
            try (RootFolder.Found found = root.find(path)) {
                return found.stat();
            }
        });
    }

    void extract(Layer layer, String path, InputStream tar, Extraction rules) {
        root(layer, root -> {
            root.extract(path, tar, rules);
            return root;
        });
    }

    private <R> R root(Layer layer, Function<RootFolder, R> work) {
        try (Mounted mounted = new Mounted(layer);
                RootFolder root = new RootFolder(mounted.open(), layer.idMap())) {
            return work.apply(root);
        }
    }

    Archive open(Layer layer, String path) {
        return new Opened(layer, path) {
            @Override
            public void writeTo(OutputStream out) {
                found.writeTo(out);
            }
        };
    }

    Archive tree(Layer layer) {
        return new Opened(layer, "/") {
            @Override
            public void writeTo(OutputStream out) {
                try (Directory tree = mounted.open()) {
                    LayerDiff.writeTree(tree, new Owners(layer.idMap()), Filter.ALL, out);
                }
            }
        };
    }

    /** Holds the layer's mount while it is open. */
    private abstract class Opened implements Archive {
        final Mounted mounted;
        final RootFolder root;
        final RootFolder.Found found;

        Opened(Layer layer, String path) {
            mounted = new Mounted(layer);
            RootFolder opened = null;
            try {
                opened = new RootFolder(mounted.open(), layer.idMap());
                found = opened.find(path);
            } catch (RuntimeException e) {
                if (opened != null) {
                    opened.close();
                }
                mounted.close();
                throw e;
            }
            root = opened;
        }

        @Override
        public PathStat stat() {
            return found.stat();
        }

        @Override
        public void close() {
            found.close();
            root.close();
            mounted.close();
        }
    }
}

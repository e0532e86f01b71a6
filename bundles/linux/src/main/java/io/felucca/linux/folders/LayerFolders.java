package io.felucca.linux.folders;

import io.felucca.linux.MountUse;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The layers of a {@link LayerStore} that has a folder for each, with the layer's own files within: kept as {@link
 * RecordFolders} does, by {@link LayerRules}.
 *
 * <pre>
 *   ROOT/layers/NAME/record   the layer's record
 *   ROOT/layers/NAME/FILES    its own files; a view has none
 * </pre>
 *
 * @param <R> a driver's record of a layer
 */
public final class LayerFolders<R extends LayerRecord> implements AutoCloseable {

    private final Directories directories;
    private final Mounts mounts;
    private final String files;
    private final RecordFolders<R> folders;
    private final LayerRules<R> rules;

    /**
     * Does no I/O: {@link #recover} does.
     *
     * @param driver its name, which the thread that empties the trash has too
     * @param files name of a layer's own files in its folder
     * @param form makes a record from its info and all of its words
     */
    public LayerFolders(
            Directories directories,
            Mounts mounts,
            Path root,
            String driver,
            String files,
            BiFunction<LayerInfo, Map<String, String>, R> form) {
        this(directories, mounts, root, driver, files, form, Directory::removeTree);
    }

    /** As above, for folders that hold more than a tree of files. */
    public LayerFolders(
            Directories directories,
            Mounts mounts,
            Path root,
            String driver,
            String files,
            BiFunction<LayerInfo, Map<String, String>, R> form,
            RecordFolders.Removal removal) {
        this.directories = directories;
        this.mounts = mounts;
        this.files = files;
        folders = new RecordFolders<>(
                directories, root, "layers", "felucca-" + driver + "-trash", new Form<>(form), removal);
        rules = new LayerRules<>(folders::find, folders::list);
    }

    private record Form<R extends LayerRecord>(BiFunction<LayerInfo, Map<String, String>, R> read)
            implements RecordFolders.Form<R> {

        @Override
        public String name(R layer) {
            return layer.name();
        }

        @Override
        public String format(R layer) {
            return layer.format();
        }

        @Override
        public Optional<R> parse(String text) {
            return LayerRecord.parse(text, read);
        }
    }

    /** Fills the folder of a layer that is being made, and says what is to be recorded of it. */
    @FunctionalInterface
    public interface Content<R> {
        R fill(Path half, Optional<R> parent);
    }

    /** Makes the folders, and finishes or forgets what a crash left. */
    public void recover() {
        folders.recover();
    }

    public LayerRules<R> rules() {
        return rules;
    }

    public Optional<LayerInfo> find(String name) {
        return rules.find(name).map(LayerRecord::info);
    }

    public List<LayerInfo> list() {
        return folders.list().stream().map(LayerRecord::info).toList();
    }

    /** A layer's folder. */
    public Path folder(String name) {
        return folders.folder(name);
    }

    /** A layer's own files. */
    public Path files(String name) {
        return files(folders.folder(name));
    }

    /** Those in a folder that is not in its place yet. */
    public Path files(Path half) {
        return half.resolve(files);
    }

    /** Makes a layer whole or not at all; its parent is there until it is. */
    public void make(String key, String parent, Content<R> content) {
        rules.checkFree(key);
        rules.over(parent, below -> {
            Path half = folders.startHalf();
            boolean made = false;
            try {
                folders.finish(half, content.fill(half, below));
                made = true;
            } finally {
                if (!made) {
                    folders.drop(half);
                }
            }
        });
    }

    /** Has what is needed for a layer to be there on the disk: its record, and the names of what it is in. */
    public void sync(String name) {
        rules.get(name);
        folders.sync(name);
    }

    /** A layer that can be committed as {@code id}, its files on the disk. */
    public R committable(String id, String key) {
        R layer = rules.committable(id, key);
        if (MountUse.isMounted(mounts.list(), files(key))) {
            throw LayerRules.cannotCommit(key, "is mounted");
        }
        try (Directory own = directories.open(files(key))) {
            own.syncFileSystem();
        }
        return layer;
    }

    /**
     * Replaces the record of a layer, and its name. On disk when it returns.
     *
     * @param before folders that must be on disk before the record is
     */
    public void replace(String name, R layer, Path... before) {
        rules.over(layer.parent(), parent -> folders.replace(name, layer, before));
    }

    /** Takes away at once, as said of {@link LayerRules#remove}, a layer that has no children. */
    public void remove(String name, Consumer<R> removal) {
        rules.remove(name, removal);
    }

    /** A new folder beside those of layers; {@link #drop} takes it away, if nothing else does. */
    public Path startHalf() {
        return folders.startHalf();
    }

    /** Takes away at once what is there. */
    public void drop(Path folder) {
        folders.drop(folder);
    }

    @Override
    public void close() {
        folders.close();
    }
}

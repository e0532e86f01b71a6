package io.felucca.storage.vfs;

import io.felucca.FeluccaException;
import io.felucca.linux.Directories;
import io.felucca.linux.folders.RecordFolders;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What lies on the disk, as {@link RecordFolders} keeps it.
 *
 * <pre>
 *   layers/NAME/record   the layer's LayerInfo
 *   layers/NAME/files/   its tree; a view has none
 * </pre>
 */
final class LayerFolders implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    private final RecordFolders<LayerInfo> layers;

    LayerFolders(Directories directories, Path root) {
        layers = new RecordFolders<>(directories, root, "layers", "felucca-vfs-trash", new LayerRecord());
    }

    void recover() {
        layers.recover();
    }

    /** The layer's tree. */
    Path files(String name) {
        return layers.folder(name).resolve("files");
    }

    Optional<LayerInfo> find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid layer name: " + name);
        }
        return layers.find(name);
    }

    List<LayerInfo> list() {
        return layers.list();
    }

    /** A new folder for a layer that is being made, with an empty tree. */
    Path startHalf(boolean withFiles) {
        Path half = layers.startHalf();
        try {
            if (withFiles) {
                Files.createDirectory(half.resolve("files"));
            }
            return half;
        } catch (IOException e) {
            throw FeluccaException.system("cannot make layer folder " + half + ": " + e, e);
        }
    }

    /** Gives a half-made layer its record and its place. */
    void finish(Path half, LayerInfo info) {
        layers.finish(half, info);
    }

    /** Replaces the record of a layer, and its name. On disk when it returns. */
    void replace(String name, LayerInfo info) {
        layers.replace(name, info);
    }

    /** Takes a layer away at once. */
    void remove(String name) {
        layers.drop(layers.folder(name));
    }

    /** Takes away a layer that could not be made. */
    void drop(Path half) {
        layers.drop(half);
    }

    @Override
    public void close() {
        layers.close();
    }
}

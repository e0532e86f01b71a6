package io.felucca.storage.btrfs;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.Resolve;
import io.felucca.linux.TreeCopy;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.folders.RecordFolders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What lies on the disk, as {@link RecordFolders} keeps it. A half-made or dropped folder may hold any of the subvolumes:
 * they are deleted with it, those that a container has made within them included.
 *
 * <pre>
 *   layers/NAME/record   a LayerRecord
 *   layers/NAME/files    the layer's subvolume; a view has none
 *   tmp/…/origin         what {@code files} is being made from, where that is not the parent
 * </pre>
 */
final class Subvolumes implements AutoCloseable {

    private static final String FILES = "files";
    private static final String ORIGIN = "origin";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    private final Directories directories;
    private final Btrfs btrfs;
    private final RecordFolders<LayerRecord> layers;

    Subvolumes(Directories directories, Btrfs btrfs, Path root) {
        this.directories = directories;
        this.btrfs = btrfs;
        layers = new RecordFolders<>(
                directories, root, "layers", "felucca-btrfs-trash", LayerRecord.FORM, this::deleteFolder);
    }

    void recover() {
        layers.recover();
    }

    /** The layer's subvolume. */
    Path files(String name) {
        return files(layers.folder(name));
    }

    /** That of a layer that is being made. */
    Path files(Path half) {
        return half.resolve(FILES);
    }

    Optional<LayerRecord> find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid layer name: " + name);
        }
        return layers.find(name);
    }

    List<LayerRecord> list() {
        return layers.list();
    }

    /** A new folder for what is being made. */
    Path startHalf() {
        return layers.startHalf();
    }

    /** Makes an empty subvolume as the half-made layer's files. */
    void create(Path half) {
        create(half, FILES);
    }

    private void create(Path half, String name) {
        try (Directory folder = directories.open(half)) {
            btrfs.create(folder, name);
        }
    }

    /** Makes the half-made layer's files as a snapshot. */
    void snapshot(Path subvolume, Path half) {
        try (Directory source = directories.open(subvolume);
                Directory folder = directories.open(half)) {
            btrfs.snapshot(source, folder, FILES);
        }
    }

    /** As {@link #snapshot}, of a copy with the owners shifted, so that it is known what changes after that. */
    void copy(Path subvolume, Path half, IdMap idMap) {
        Path origin = half.resolve(ORIGIN);
        create(half, ORIGIN);
        try (Directory source = directories.open(subvolume);
                Directory target = directories.open(origin)) {
            TreeCopy.copy(source, target, idMap);
        }
        snapshot(origin, half);
        deleteSubvolume(directories.open(origin));
    }

    /** Gives a half-made layer its record and its place. */
    void finish(Path half, LayerRecord layer) {
        layers.finish(half, layer);
    }

    /** Replaces the record of a layer, and its name. On disk when it returns. */
    void replace(String name, LayerRecord layer) {
        layers.replace(name, layer);
    }

    /** Takes a layer away at once. */
    void remove(String name) {
        layers.drop(layers.folder(name));
    }

    /** Takes away what is no layer. */
    void drop(Path half) {
        layers.drop(half);
    }

    private void deleteFolder(Directory trash, byte[] name) {
        trash.findDirectory(name, Resolve.NO_SYMLINKS).ifPresent(folder -> {
            try (folder) {
                for (String part : List.of(FILES, ORIGIN)) {
                    folder.findDirectory(part.getBytes(StandardCharsets.US_ASCII), Resolve.NO_SYMLINKS)
                            .ifPresent(this::deleteSubvolume);
                }
            }
        });
        trash.removeTree(name);
    }

    /** By ids, so that no name or depth of a container's making counts. */
    private void deleteSubvolume(Directory directory) {
        try (directory) {
            List<Long> ids = allWithin(directory);
            for (int i = ids.size() - 1; i >= 0; i--) {
                btrfs.delete(directory, ids.get(i));
            }
        }
    }

    /** A subvolume's id and those of all within it, each before what is in it; none of what is no subvolume. */
    List<Long> allWithin(Directory subvolume) {
        List<Long> ids = new ArrayList<>();
        btrfs.subvolume(subvolume).ifPresent(top -> ids.add(top.id()));
        for (int i = 0; i < ids.size(); i++) {
            ids.addAll(btrfs.within(subvolume, ids.get(i)));
        }
        return ids;
    }

    @Override
    public void close() {
        layers.close();
    }
}

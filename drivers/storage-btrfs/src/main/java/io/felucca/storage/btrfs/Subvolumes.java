package io.felucca.storage.btrfs;

import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.folders.LayerFolders;
import io.felucca.linux.tree.TreeCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies on the disk, as {@link LayerFolders} keeps it. A half-made or dropped folder may hold any of the subvolumes:
 * they are deleted with it, those that a container has made within them included.
 *
 * <pre>
 *   layers/NAME/record   a BtrfsLayer
 *   layers/NAME/files    the layer's subvolume; a view has none
 *   tmp/…/origin         what {@code files} is being made from, where that is not the parent
 * </pre>
 */
final class Subvolumes {

    private static final String FILES = "files";
    private static final String ORIGIN = "origin";

    private final Directories directories;
    private final Btrfs btrfs;
    private final LayerFolders<BtrfsLayer> layers;

    Subvolumes(Directories directories, Mounts mounts, Btrfs btrfs, Path root) {
        this.directories = directories;
        this.btrfs = btrfs;
        layers = new LayerFolders<>(directories, mounts, root, "btrfs", FILES, BtrfsLayer::of, this::deleteFolder);
    }

    LayerFolders<BtrfsLayer> layers() {
        return layers;
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
}

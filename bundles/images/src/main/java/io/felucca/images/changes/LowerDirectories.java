package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import java.util.Optional;

/** Finds directories of the layers below one. */
@FunctionalInterface
public interface LowerDirectories {

    /**
     * @param path whose parents are directories of the layers below, or are not there
     * @return a directory that the caller closes; empty where the layers below have none at that path
     */
    Optional<Directory> find(EntryPath path);

    /** Finds them in a tree, which stays open. A symbolic link is no directory. */
    static LowerDirectories in(Directory root) {
        return path -> root.findDirectory(path.parent().bytes(), Resolve.NO_SYMLINKS)
                .flatMap(parent -> {
                    try (parent) {
                        boolean there = parent.find(path.nameBytes())
                                .filter(stat -> stat.isDirectory())
                                .isPresent();
                        return there
                                ? Optional.of(parent.openDirectory(path.nameBytes(), Resolve.NO_SYMLINKS))
                                : Optional.empty();
                    }
                });
    }
}

package io.felucca.volumes.store;

import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.tree.TreeCopy;
import java.nio.file.Path;

/** What is in volumes that are mounted. Stateless. */
record VolumeContent(Directories directories) {

    /** Copies all of one folder into another, which is empty. */
    void copy(Path source, Path target) {
        try (Directory from = directories.open(source);
                Directory to = directories.open(target)) {
            TreeCopy.copy(from, to, IdMap.NONE);
        }
    }

    /** Brings all of it to the disk: with the whole filesystem, since its files are many. */
    void sync(Path folder) {
        try (Directory directory = directories.open(folder)) {
            directory.syncFileSystem();
        }
    }

    void empty(Path folder) {
        try (Directory directory = directories.open(folder)) {
            for (DirectoryEntry entry : directory.entries()) {
                directory.removeTree(entry.name());
            }
        }
    }
}

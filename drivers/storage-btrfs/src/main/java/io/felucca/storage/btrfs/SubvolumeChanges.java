package io.felucca.storage.btrfs;

import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.btrfs.Btrfs.Inode;
import io.felucca.linux.btrfs.Btrfs.Name;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.storage.spi.LayerStore.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What has changed in a snapshot since it was made, by the transaction that each inode has on record: only blocks that were
 * written since are read. That something was merely read counts there too; such an inode has its parent's time of change.
 * One use, one thread.
 */
final class SubvolumeChanges {

    /** With more of them a comparison of all costs no more, and needs less memory. */
    private static final int MAX_CHANGED = 100_000;

    private final Btrfs btrfs;
    private final Directory directory;
    private final long tree;
    private final long since;
    private final OptionalLong parentTree;
    private final Map<Long, Optional<String>> paths = new HashMap<>(Map.of(Btrfs.TOP, Optional.of("")));

    /**
     * @param tree what all is read from: a subvolume's id
     * @param since the transaction after which changes count; 0 for all that there is
     * @param parentTree what it was like then, where that is there
     */
    SubvolumeChanges(Btrfs btrfs, Directory directory, long tree, long since, OptionalLong parentTree) {
        this.btrfs = btrfs;
        this.directory = directory;
        this.tree = tree;
        this.since = since;
        this.parentTree = parentTree;
    }

    Usage usage() {
        long[] sum = new long[2];
        btrfs.changed(directory, tree, since, inode -> {
            if (isChanged(inode)) {
                sum[0] += inode.type() == FileType.REGULAR ? inode.sizeBytes() : 0;
                sum[1]++;
            }
        });
        return new Usage(sum[0], sum[1]);
    }

    private boolean isNew(Inode inode) {
        return inode.madeIn() > since;
    }

    /** One that was deleted while a process has it open has no name, and is not told of. */
    private boolean isChanged(Inode inode) {
        if (inode.links() == 0) {
            return false;
        }
        if (isNew(inode) || parentTree.isEmpty()) {
            return true;
        }
        return btrfs.inode(directory, parentTree.getAsLong(), inode.number())
                .filter(before -> before.changed().equals(inode.changed()))
                .isEmpty();
    }

    /** As {@link io.felucca.storage.spi.LayerChanges#changedPaths}, where the parent's tree is there. */
    Optional<List<byte[]>> paths() {
        if (parentTree.isEmpty()) {
            return Optional.empty();
        }
        List<Inode> changed = new ArrayList<>();
        btrfs.changed(directory, tree, since, inode -> {
            // The directory of a new one has changed too, and tells of it. Whether a file was merely read is found out
            // sooner by looking at it.
            boolean told =
                    !isNew(inode) && inode.links() > 0 && (inode.type() != FileType.DIRECTORY || isChanged(inode));
            if (told && changed.size() <= MAX_CHANGED) {
                changed.add(inode);
            }
        });
        Set<String> found = new HashSet<>();
        for (Inode inode : changed) {
            if (changed.size() > MAX_CHANGED || found.size() > MAX_CHANGED) {
                return Optional.empty();
            }
            if (inode.type() == FileType.DIRECTORY) {
                pathOf(inode.number()).ifPresent(path -> {
                    found.add(path);
                    addDifferences(inode.number(), path, found);
                });
            } else {
                addNames(inode, found);
            }
        }
        found.remove("");
        return Optional.of(found.stream()
                .map(path -> path.getBytes(StandardCharsets.ISO_8859_1))
                .toList());
    }

    private void addNames(Inode inode, Set<String> found) {
        boolean whole = inode.names().size() == inode.links();
        for (Name name : whole ? inode.names() : btrfs.names(directory, tree, inode.number())) {
            pathOf(name.inode()).ifPresent(path -> found.add(join(path, name.name())));
        }
    }

    /** Names that one of the two has alone, or that stand for another inode. */
    private void addDifferences(long inode, String path, Set<String> found) {
        Set<Name> before = new HashSet<>(btrfs.entries(directory, parentTree.getAsLong(), inode));
        for (Name name : btrfs.entries(directory, tree, inode)) {
            if (!before.remove(name)) {
                found.add(join(path, name.name()));
            }
        }
        before.forEach(name -> found.add(join(path, name.name())));
    }

    /** Empty for a directory that was deleted, or lies in one that was. */
    private Optional<String> pathOf(long inode) {
        Optional<String> known = paths.get(inode);
        if (known == null) {
            List<Name> names = btrfs.names(directory, tree, inode);
            known = names.isEmpty()
                    ? Optional.empty()
                    : pathOf(names.get(0).inode())
                            .map(path -> join(path, names.get(0).name()));
            paths.put(inode, known);
        }
        return known;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}

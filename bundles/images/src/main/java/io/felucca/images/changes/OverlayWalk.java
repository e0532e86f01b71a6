package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.TargetTree;
import io.felucca.images.layers.Vanishing;
import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.FileType;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.linux.spill.RecordSorter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads an overlay's upper directory: a device 0:0 is a deleted name, {@code trusted.overlay.opaque} a directory that
 * hides its lower ones.
 */
final class OverlayWalk {

    private final LayerDiff.Filter filter;
    private final Owners owners;
    private final PendingDirectories sink;
    private final boolean all;
    private final RecordSorter sorter = new RecordSorter();
    /** Instead of recursion: a container can nest directories deeper than a thread's stack. */
    private final Deque<Level> levels = new ArrayDeque<>();

    /**
     * @param all tell of every directory that lies in the upper one, also when it is only the way to a change, and of
     *     each file's inode; else of what only a list needs
     */
    OverlayWalk(LayerDiff.Filter filter, Owners owners, boolean all, ChangeSink sink) {
        this.filter = filter;
        this.owners = owners;
        this.all = all;
        this.sink = new PendingDirectories(sink);
    }

    /** A directory being read. */
    private record Level(
            EntryPath path, Optional<Directory> lower, Directory upper, boolean pending, SortedEntries entries) {}

    /** Without a lower view all that exists is ADDED. The directories stay open. */
    void walk(Optional<Directory> lower, Directory upper) {
        try {
            open(EntryPath.ROOT, lower, upper, new byte[0], false).ifPresent(levels::push);
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (!level.entries().isDone()) {
                    DirectoryEntry entry = level.entries().next();
                    EntryPath child = level.path().child(entry.name());
                    if (filter.includes(child.bytes())) {
                        visit(child, entry, level);
                    }
                } else {
                    close(levels.pop());
                }
            }
        } finally {
            levels.forEach(this::close);
            sorter.close();
        }
    }

    /** Empty for one that vanished meanwhile. */
    private Optional<Level> open(
            EntryPath path, Optional<Directory> lower, Directory upper, byte[] name, boolean pending) {
        path.refuseTooDeep();
        return Vanishing.open(upper, name).map(above -> {
            Optional<Directory> below = Optional.empty();
            try {
                below = lower.map(directory -> directory.openDirectory(name, Resolve.NO_SYMLINKS));
                return new Level(path, below, above, pending, SortedEntries.of(above, sorter));
            } catch (RuntimeException e) {
                below.ifPresent(Directory::close);
                above.close();
                throw e;
            }
        });
    }

    private void close(Level level) {
        level.entries().close();
        level.lower().ifPresent(Directory::close);
        level.upper().close();
        if (level.pending()) {
            sink.leave();
        }
    }

    private void visit(EntryPath path, DirectoryEntry entry, Level level) {
        if (!all && isPlain(entry.type())) {
            // For a list its name is enough: of 2,000 new files none is looked at.
            boolean before = level.lower()
                    .flatMap(directory -> directory.find(entry.name()))
                    .isPresent();
            sink.change(before ? Change.Kind.MODIFIED : Change.Kind.ADDED, path, level.upper(), Optional.empty());
        } else {
            level.upper()
                    .find(entry.name())
                    .ifPresent(stat -> visit(path, level.lower(), level.upper(), owners.inside(stat)));
        }
    }

    /** Neither a directory nor what may be a whiteout. */
    private static boolean isPlain(FileType type) {
        return type == FileType.REGULAR || type == FileType.SYMLINK || type == FileType.FIFO || type == FileType.SOCKET;
    }

    private void visit(EntryPath path, Optional<Directory> lower, Directory upper, Stat now) {
        byte[] name = path.nameBytes();
        Optional<Stat> before = lower.flatMap(directory -> directory.find(name));
        if (now.isWhiteout()) {
            // Of a name that only this layer ever had, overlay leaves none; without a lower view it counts.
            if (lower.isEmpty() || before.isPresent()) {
                sink.change(Change.Kind.DELETED, path, upper, Optional.empty());
            }
            return;
        }
        boolean merged = before.isPresent() && before.get().isDirectory() && now.isDirectory();
        boolean pending = merged && !all && sameDirectory(before.get(), now);
        if (pending) {
            sink.enter(path, upper, now);
        } else {
            Change.Kind kind = before.isPresent() ? Change.Kind.MODIFIED : Change.Kind.ADDED;
            sink.change(kind, path, upper, Optional.of(now));
        }
        if (now.isDirectory()) {
            boolean opaque = Vanishing.find(() -> upper.xattr(name, TargetTree.OPAQUE))
                    .flatMap(value -> value)
                    .filter(value -> Arrays.equals(value, TargetTree.OPAQUE_VALUE))
                    .isPresent();
            Optional<Level> level = open(path, merged ? lower : Optional.empty(), upper, name, pending);
            if (level.isEmpty()) {
                if (pending) {
                    sink.leave();
                }
                return;
            }
            levels.push(level.get());
            if (opaque) {
                sink.opaque(path);
                Directory above = level.get().upper();
                level.get().lower().ifPresent(below -> tellHidden(path, below, above));
            }
        }
    }

    private static boolean sameDirectory(Stat before, Stat now) {
        return before.mode() == now.mode()
                && before.uid() == now.uid()
                && before.gid() == now.gid()
                && before.modified().equals(now.modified());
    }

    /** What an opaque directory hides and does not have itself is deleted. */
    private void tellHidden(EntryPath path, Directory lower, Directory upper) {
        try (SortedEntries below = SortedEntries.of(lower, sorter);
                SortedEntries above = SortedEntries.of(upper, sorter)) {
            while (!below.isDone()) {
                int order = below.compareHead(above);
                if (order > 0) {
                    above.next();
                    continue;
                }
                EntryPath child = path.child(below.next().name());
                if (order < 0 && filter.includes(child.bytes())) {
                    sink.change(Change.Kind.DELETED, child, upper, Optional.empty());
                }
            }
        }
    }
}

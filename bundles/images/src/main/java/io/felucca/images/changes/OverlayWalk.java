package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.TargetTree;
import io.felucca.images.layers.Vanishing;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.spill.RecordSorter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads an overlay's upper directory: a device 0:0 is a deleted name, {@code trusted.overlay.opaque} a directory that
 * hides its lower ones. What such a directory hides is told name by name, so that a layer is the same as one that was
 * made by comparing two trees.
 */
final class OverlayWalk {

    private final LayerDiff.Filter filter;
    private final Owners owners;
    private final PendingDirectories sink;
    private final boolean all;
    private final RecordSorter sorter = new RecordSorter();
    /** Instead of recursion: a container can nest directories deeper than a thread's stack. */
    private final Deque<Level> levels = new ArrayDeque<>();

    private LowerDirectories lowers;

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

    /**
     * A directory being read.
     *
     * @param hides whether it, or one above it, is opaque
     * @param hidden names of the lower directory, those of the upper one included; none unless it hides them
     */
    private record Level(
            EntryPath path,
            Optional<Directory> lower,
            Directory upper,
            boolean pending,
            boolean hides,
            SortedEntries entries,
            SortedEntries hidden) {}

    /** Without a lower view all that exists is ADDED. The directories stay open. */
    void walk(Optional<Directory> lower, Directory upper) {
        walk(lower, upper, path -> Optional.empty());
    }

    /** @param lowers asked for the lower directories of opaque ones, where there is no lower view */
    void walk(Optional<Directory> lower, Directory upper, LowerDirectories lowers) {
        this.lowers = lowers;
        try {
            Optional<Directory> below =
                    lower.map(directory -> directory.openDirectory(new byte[0], Resolve.NO_SYMLINKS));
            open(EntryPath.ROOT, below, upper, false, false).ifPresent(levels::push);
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.hidden().compareHead(level.entries()) <= 0
                        && !level.hidden().isDone()) {
                    tellHidden(level);
                } else if (!level.entries().isDone()) {
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

    /** Empty for one that vanished meanwhile. @param lower the lower directory itself, which the level closes */
    private Optional<Level> open(
            EntryPath path, Optional<Directory> lower, Directory parent, boolean pending, boolean hides) {
        path.refuseTooDeep();
        Optional<Directory> above = Vanishing.open(parent, path.isRoot() ? new byte[0] : path.nameBytes());
        if (above.isEmpty()) {
            lower.ifPresent(Directory::close);
            return Optional.empty();
        }
        SortedEntries entries = null;
        try {
            entries = SortedEntries.of(above.get(), sorter);
            SortedEntries hidden =
                    hides && lower.isPresent() ? SortedEntries.of(lower.get(), sorter) : SortedEntries.none();
            return Optional.of(new Level(path, lower, above.get(), pending, hides, entries, hidden));
        } catch (RuntimeException e) {
            if (entries != null) {
                entries.close();
            }
            lower.ifPresent(Directory::close);
            above.get().close();
            throw e;
        }
    }

    private void close(Level level) {
        level.hidden().close();
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
            level.upper().find(entry.name()).ifPresent(stat -> visit(path, level, owners.inside(stat)));
        }
    }

    /** Neither a directory nor what may be a whiteout. */
    private static boolean isPlain(FileType type) {
        return type == FileType.REGULAR || type == FileType.SYMLINK || type == FileType.FIFO || type == FileType.SOCKET;
    }

    private void visit(EntryPath path, Level level, Stat now) {
        byte[] name = path.nameBytes();
        Optional<Directory> lower = level.lower();
        Directory upper = level.upper();
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
            boolean hides = level.hides() || isOpaque(upper, name);
            Optional<Directory> below = merged
                    ? lower.map(directory -> directory.openDirectory(name, Resolve.NO_SYMLINKS))
                    : hides && !level.hides() && lower.isEmpty() ? lowers.find(path) : Optional.empty();
            Optional<Level> opened = open(path, below, upper, pending, hides);
            if (opened.isPresent()) {
                levels.push(opened.get());
            } else if (pending) {
                sink.leave();
            }
        }
    }

    private static boolean isOpaque(Directory upper, byte[] name) {
        return Vanishing.find(() -> upper.xattr(name, TargetTree.OPAQUE))
                .flatMap(value -> value)
                .filter(value -> Arrays.equals(value, TargetTree.OPAQUE_VALUE))
                .isPresent();
    }

    private static boolean sameDirectory(Stat before, Stat now) {
        return before.mode() == now.mode()
                && before.uid() == now.uid()
                && before.gid() == now.gid()
                && before.modified().equals(now.modified());
    }

    /** Takes the next name that an opaque directory hides: it is deleted, unless the directory has it itself. */
    private void tellHidden(Level level) {
        boolean again = level.hidden().compareHead(level.entries()) == 0;
        EntryPath child = level.path().child(level.hidden().next().name());
        if (!again && filter.includes(child.bytes())) {
            sink.change(Change.Kind.DELETED, child, level.upper(), Optional.empty());
        }
    }
}

package io.felucca.images.changes;

import io.felucca.images.layers.Attributes;
import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Vanishing;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.spill.RecordSorter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Compares two views of a tree. As dockerd, it takes a file for changed when its owner, mode, device, size, time of
 * modification or attributes differ, and looks at no content; a directory's times do not count.
 */
final class TreeComparison {

    private final LayerDiff.Filter filter;
    private final Owners owners;
    private final PendingDirectories sink;
    private final RecordSorter sorter = new RecordSorter();
    /** Instead of recursion: a container can nest directories deeper than a thread's stack. */
    private final Deque<Level> levels = new ArrayDeque<>();

    /** @param owners of the upper tree; the lower one's are the image's own */
    TreeComparison(LayerDiff.Filter filter, Owners owners, ChangeSink sink) {
        this.filter = filter;
        this.owners = owners;
        this.sink = new PendingDirectories(sink);
    }

    /** A directory being compared. */
    private final class Level implements AutoCloseable {
        private final EntryPath path;
        private final Optional<Directory> lower;
        private final Directory upper;
        private final boolean pending;
        private final Optional<PathTree> only;
        private final SortedEntries below;
        private final SortedEntries above;

        /** @param only the names to look at; empty for all that there are */
        Level(EntryPath path, Optional<Directory> lower, Directory upper, boolean pending, Optional<PathTree> only) {
            this.path = path;
            this.lower = lower;
            this.upper = upper;
            this.pending = pending;
            this.only = only;
            this.below = only.isPresent()
                    ? SortedEntries.named(only.get().names())
                    : lower.map(directory -> SortedEntries.of(directory, sorter))
                            .orElseGet(SortedEntries::none);
            this.above = only.isPresent() ? SortedEntries.named(only.get().names()) : SortedEntries.of(upper, sorter);
        }

        boolean isDone() {
            return below.isDone() && above.isDone();
        }

        /** Deals with one name of either side. */
        void step() {
            int order = below.compareHead(above);
            byte[] name = (order <= 0 ? below : above).next().name();
            if (order == 0) {
                above.next();
            }
            EntryPath child = path.child(name);
            if (filter.includes(child.bytes())) {
                if (order < 0) {
                    sink.change(Change.Kind.DELETED, child, upper, Optional.empty());
                } else {
                    compareChild(
                            child,
                            order == 0 ? lower : Optional.empty(),
                            upper,
                            only.map(all -> all.below(child.name())));
                }
            }
        }

        @Override
        public void close() {
            above.close();
            below.close();
            lower.ifPresent(Directory::close);
            upper.close();
            if (pending) {
                sink.leave();
            }
        }
    }

    /** The directories stay open. @param only where they may differ; empty for everywhere */
    void compare(Optional<Directory> lower, Directory upper, Optional<PathTree> only) {
        compare(EntryPath.ROOT, lower, upper, only);
    }

    /** Tells of all that there is. @param at how the directory is called in what is told */
    void list(EntryPath at, Directory directory) {
        compare(at, Optional.empty(), directory, Optional.empty());
    }

    private void compare(EntryPath at, Optional<Directory> lower, Directory upper, Optional<PathTree> only) {
        try {
            open(at, lower, upper, new byte[0], false, only).ifPresent(levels::push);
            while (!levels.isEmpty()) {
                if (levels.peek().isDone()) {
                    levels.pop().close();
                } else {
                    levels.peek().step();
                }
            }
        } finally {
            levels.forEach(Level::close);
            sorter.close();
        }
    }

    /** Empty for one that vanished meanwhile. */
    private Optional<Level> open(
            EntryPath path,
            Optional<Directory> lower,
            Directory upper,
            byte[] name,
            boolean pending,
            Optional<PathTree> only) {
        path.refuseTooDeep();
        return Vanishing.open(upper, name).map(above -> {
            Optional<Directory> below = Optional.empty();
            try {
                below = lower.map(directory -> directory.openDirectory(name, Resolve.NO_SYMLINKS));
                return new Level(path, below, above, pending, only);
            } catch (RuntimeException e) {
                below.ifPresent(Directory::close);
                above.close();
                throw e;
            }
        });
    }

    /** A new name that vanishes meanwhile is passed over. */
    private void compareChild(EntryPath path, Optional<Directory> lower, Directory upper, Optional<PathTree> only) {
        byte[] name = path.nameBytes();
        Optional<Stat> now = upper.find(name).map(owners::inside);
        Optional<Stat> before = lower.flatMap(directory -> directory.find(name));
        if (now.isEmpty()) {
            before.ifPresent(gone -> sink.change(Change.Kind.DELETED, path, upper, Optional.empty()));
            return;
        }
        boolean bothDirectories =
                before.isPresent() && before.get().isDirectory() && now.get().isDirectory();
        boolean pending = false;
        if (before.isEmpty()) {
            sink.change(Change.Kind.ADDED, path, upper, now);
        } else if (differs(lower.get(), before.get(), upper, now.get(), name)) {
            sink.change(Change.Kind.MODIFIED, path, upper, now);
        } else if (bothDirectories) {
            sink.enter(path, upper, now.get());
            pending = true;
        }
        if (now.get().isDirectory()) {
            // Of a directory that is another than before it is not said where it differs.
            Optional<PathTree> within = only.filter(names ->
                    bothDirectories && before.get().inode() == now.get().inode());
            Optional<Level> level = within.filter(PathTree::isEmpty).isPresent()
                    ? Optional.empty()
                    : open(path, bothDirectories ? lower : Optional.empty(), upper, name, pending, within);
            if (level.isPresent()) {
                levels.push(level.get());
            } else if (pending) {
                sink.leave();
            }
        }
    }

    private static boolean differs(Directory lower, Stat before, Directory upper, Stat now, byte[] name) {
        boolean same = before.type() == now.type()
                && before.mode() == now.mode()
                && before.uid() == now.uid()
                && before.gid() == now.gid()
                && before.rdev() == now.rdev();
        if (!same) {
            return true;
        }
        boolean untouched = before.inode() == now.inode() && before.changed().equals(now.changed());
        if (untouched) {
            return false;
        }
        boolean sameContent = now.isDirectory()
                || before.sizeBytes() == now.sizeBytes() && before.modified().equals(now.modified());
        return !sameContent || !sameXattrs(lower.xattrs(name), upper.xattrs(name));
    }

    static boolean sameXattrs(List<Xattr> before, List<Xattr> now) {
        List<Xattr> a = sorted(before);
        List<Xattr> b = sorted(now);
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            boolean same = Arrays.equals(a.get(i).name(), b.get(i).name())
                    && Arrays.equals(a.get(i).value(), b.get(i).value());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** Overlay's own left out. */
    static List<Xattr> sorted(List<Xattr> xattrs) {
        if (xattrs.isEmpty()) {
            return xattrs;
        }
        return xattrs.stream()
                .filter(xattr -> !Attributes.isOverlays(xattr.name()))
                .sorted(Comparator.comparing(Xattr::name, Arrays::compareUnsigned))
                .toList();
    }
}

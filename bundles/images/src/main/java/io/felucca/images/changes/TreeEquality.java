package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.spill.InodeTable;
import io.felucca.linux.spill.RecordSorter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether one tree is the copy of another: names, kinds, owners, modes, devices, sizes, attributes, targets of symbolic
 * links, which names are one inode, and of what was changed the times, the bytes and that holes are still some. Sockets
 * are passed over: nothing answers on a copy. Not thread-safe.
 */
public final class TreeEquality {

    private static final int BUFFER_BYTES = 1 << 17;

    private final Predicate<byte[]> changed;
    private final InodeTable linked = new InodeTable();
    private final InodeTable linkedBack = new InodeTable();
    private final ByteBuffer a = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer b = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** Instead of recursion, as in {@link TreeComparison}. */
    private final Deque<Level> levels = new ArrayDeque<>();

    private final RecordSorter sorter = new RecordSorter();

    private record Level(EntryPath path, Directory original, Directory copy, SortedEntries names, SortedEntries copied)
            implements AutoCloseable {
        @Override
        public void close() {
            copied.close();
            names.close();
            original.close();
            copy.close();
        }
    }

    private TreeEquality(Predicate<byte[]> changed) {
        this.changed = changed;
    }

    /**
     * Gives the first difference in words, with its path; empty when there is none. The directories stay open.
     *
     * @param changed paths, without a leading slash, whose bytes and times are compared too; asked in the order of a
     *     walk, as {@link ChangedPaths} wants it
     */
    public static Optional<String> difference(Directory original, Directory copy, Predicate<byte[]> changed) {
        return new TreeEquality(changed).difference(original, copy);
    }

    private Optional<String> difference(Directory original, Directory copy) {
        byte[] self = new byte[0];
        Optional<String> found = attributes(original.stat(), copy.stat(), true);
        if (found.isEmpty() && !TreeComparison.sameXattrs(original.xattrs(), copy.xattrs())) {
            found = Optional.of("attributes");
        }
        if (found.isPresent()) {
            return found.map(what -> "/: " + what);
        }
        try {
            enter(EntryPath.ROOT, original, copy, self);
            while (found.isEmpty() && !levels.isEmpty()) {
                found = step(levels.peek());
            }
            return found;
        } finally {
            levels.forEach(Level::close);
            sorter.close();
            linked.close();
            linkedBack.close();
        }
    }

    private void enter(EntryPath path, Directory original, Directory copy, byte[] name) {
        path.refuseTooDeep();
        Directory below = original.openDirectory(name, Resolve.NO_SYMLINKS);
        Directory belowCopy = null;
        try {
            belowCopy = copy.openDirectory(name, Resolve.NO_SYMLINKS);
            levels.push(new Level(
                    path, below, belowCopy, SortedEntries.of(below, sorter), SortedEntries.of(belowCopy, sorter)));
        } catch (RuntimeException e) {
            below.close();
            if (belowCopy != null) {
                belowCopy.close();
            }
            throw e;
        }
    }

    /** Deals with the next name of either side, or leaves the directory when there is none. */
    private Optional<String> step(Level level) {
        passSockets(level.names(), level.original());
        passSockets(level.copied(), level.copy());
        int order = level.names().compareHead(level.copied());
        if (order != 0) {
            SortedEntries alone = order < 0 ? level.names() : level.copied();
            return Optional.of(level.path().child(alone.next().name()).show()
                    + (order < 0 ? ": a name is missing" : ": a name too many"));
        } else if (level.names().isDone()) {
            levels.pop().close();
            return Optional.empty();
        }
        level.copied().next();
        return compare(level, level.names().next().name());
    }

    private static void passSockets(SortedEntries entries, Directory directory) {
        while (!entries.isDone() && isSocket(entries.head(), directory)) {
            entries.next();
        }
    }

    private static boolean isSocket(DirectoryEntry entry, Directory directory) {
        return entry.type() == FileType.SOCKET
                || entry.type() == FileType.UNKNOWN
                        && directory
                                .find(entry.name())
                                .filter(stat -> stat.type() == FileType.SOCKET)
                                .isPresent();
    }

    private Optional<String> compare(Level level, byte[] name) {
        EntryPath path = level.path().child(name);
        Stat one = level.original().stat(name);
        Stat other = level.copy().stat(name);
        boolean changed = this.changed.test(path.bytes());
        Optional<String> found = attributes(one, other, changed);
        if (found.isEmpty()
                && !TreeComparison.sameXattrs(
                        level.original().xattrs(name), level.copy().xattrs(name))) {
            found = Optional.of("attributes");
        }
        if (found.isEmpty() && one.isSymlink()) {
            boolean same = Arrays.equals(
                    level.original().readSymlink(name), level.copy().readSymlink(name));
            found = same ? Optional.empty() : Optional.of("target");
        }
        if (found.isEmpty() && one.isRegular()) {
            found = file(level, name, one, other, changed);
        }
        if (found.isPresent()) {
            return found.map(what -> path.show() + ": " + what);
        }
        if (one.isDirectory()) {
            enter(path, level.original(), level.copy(), name);
        }
        return Optional.empty();
    }

    private static Optional<String> attributes(Stat one, Stat other, boolean changed) {
        if (one.type() != other.type()) {
            return Optional.of("kind " + one.type() + ", " + other.type());
        } else if (one.uid() != other.uid() || one.gid() != other.gid()) {
            return Optional.of("owner " + one.uid() + ":" + one.gid() + ", " + other.uid() + ":" + other.gid());
        } else if (one.mode() != other.mode()) {
            return Optional.of(
                    "mode " + Integer.toOctalString(one.mode()) + ", " + Integer.toOctalString(other.mode()));
        } else if (one.rdev() != other.rdev()) {
            return Optional.of("device");
        } else if (!one.isDirectory() && one.sizeBytes() != other.sizeBytes()) {
            return Optional.of("size " + one.sizeBytes() + ", " + other.sizeBytes());
        } else if (changed && !one.modified().equals(other.modified())) {
            return Optional.of("time " + one.modified() + ", " + other.modified());
        }
        return Optional.empty();
    }

    private Optional<String> file(Level level, byte[] name, Stat one, Stat other, boolean bytes) {
        boolean several = one.links() > 1 && other.links() > 1;
        if (several) {
            if (isOther(linked, one, other) || isOther(linkedBack, other, one)) {
                return Optional.of("hard links");
            }
        }
        if (!bytes) {
            return Optional.empty();
        }
        try (OpenFile original = level.original().openFile(name);
                OpenFile copy = level.copy().openFile(name)) {
            boolean sparse = original.nextHole(0) < one.sizeBytes();
            if (sparse && copy.nextHole(0) >= other.sizeBytes()) {
                return Optional.of("holes are filled");
            }
            return sameBytes(original, copy) ? Optional.empty() : Optional.of("content");
        }
    }

    /** Whether the table has another partner of an inode than this one, which it takes for the first. */
    private static boolean isOther(InodeTable table, Stat inode, Stat partner) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(partner.inode()).array();
        return table.putIfAbsent(inode.device(), inode.inode(), number)
                .filter(before -> !Arrays.equals(before, number))
                .isPresent();
    }

    private boolean sameBytes(OpenFile original, OpenFile copy) {
        long offset = 0;
        while (true) {
            fill(original, a.clear(), offset);
            fill(copy, b.clear(), offset);
            if (!a.flip().equals(b.flip())) {
                return false;
            } else if (a.limit() == 0) {
                return true;
            }
            offset += a.limit();
        }
    }

    private static void fill(OpenFile file, ByteBuffer into, long offset) {
        long at = offset;
        while (into.hasRemaining()) {
            int read = file.readAt(into, at);
            if (read <= 0) {
                return;
            }
            at += read;
        }
    }
}

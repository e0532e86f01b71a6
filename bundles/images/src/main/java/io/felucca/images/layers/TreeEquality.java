package io.felucca.images.layers;

import io.felucca.linux.Directory;
import io.felucca.linux.FileType;
import io.felucca.linux.OpenFile;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
    private final Map<Long, Long> linked = new HashMap<>();
    private final Map<Long, Long> linkedBack = new HashMap<>();
    private final ByteBuffer a = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer b = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** Instead of recursion, as in {@link TreeComparison}. */
    private final Deque<Level> levels = new ArrayDeque<>();

    private record Level(EntryPath path, Directory original, Directory copy, Iterator<String> names)
            implements AutoCloseable {
        @Override
        public void close() {
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
     * @param changed paths, without a leading slash, whose bytes and times are compared too
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
            found = enter(EntryPath.ROOT, original, copy, self);
            while (found.isEmpty() && !levels.isEmpty()) {
                Level level = levels.peek();
                if (level.names().hasNext()) {
                    found = compare(level, level.names().next());
                } else {
                    levels.pop().close();
                }
            }
            return found;
        } finally {
            levels.forEach(Level::close);
        }
    }

    private Optional<String> enter(EntryPath path, Directory original, Directory copy, byte[] name) {
        SortedNames.refuseTooDeep(path);
        Directory below = original.openDirectory(name, Resolve.NO_SYMLINKS);
        Directory belowCopy;
        try {
            belowCopy = copy.openDirectory(name, Resolve.NO_SYMLINKS);
        } catch (RuntimeException e) {
            below.close();
            throw e;
        }
        List<String> names;
        try {
            names = withoutSockets(below);
        } catch (RuntimeException e) {
            below.close();
            belowCopy.close();
            throw e;
        }
        levels.push(new Level(path, below, belowCopy, names.iterator()));
        List<String> copied = withoutSockets(belowCopy);
        if (names.equals(copied)) {
            return Optional.empty();
        }
        List<String> differing = new ArrayList<>(names);
        differing.removeAll(copied);
        String what = differing.isEmpty() ? "a name too many" : "a name is missing";
        if (differing.isEmpty()) {
            differing.addAll(copied);
            differing.removeAll(names);
        }
        return Optional.of(path.child(SortedNames.bytes(differing.get(0))).show() + ": " + what);
    }

    private static List<String> withoutSockets(Directory directory) {
        List<String> names = SortedNames.of(directory);
        names.removeIf(name -> directory
                .find(SortedNames.bytes(name))
                .filter(stat -> stat.type() == FileType.SOCKET)
                .isPresent());
        return names;
    }

    private Optional<String> compare(Level level, String child) {
        byte[] name = SortedNames.bytes(child);
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
        return one.isDirectory() ? enter(path, level.original(), level.copy(), name) : Optional.empty();
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
            Long before = linked.putIfAbsent(one.inode(), other.inode());
            Long back = linkedBack.putIfAbsent(other.inode(), one.inode());
            if (before != null && before != other.inode() || back != null && back != one.inode()) {
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

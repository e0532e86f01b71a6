package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The directories of a target that entries are put in: opened once and kept while they are used, made where the archive
 * does not mention them, and given back their times at the end. Not thread-safe.
 */
public final class TargetTree implements AutoCloseable {

    public static final byte[] OPAQUE = "trusted.overlay.opaque".getBytes(StandardCharsets.US_ASCII);
    public static final byte[] OPAQUE_VALUE = {'y'};

    private static final int OPEN_DIRECTORIES = 64;
    /** Of paths kept in memory, which a hostile archive can make very many; what a short one takes is in the entries. */
    private static final int PENDING_BYTES = 8 << 20;

    private static final int PENDING_ENTRY_BYTES = 200;
    private static final int IMPLIED_BYTES = 4 << 20;
    private static final int IMPLIED_ENTRY_BYTES = 120;
    private static final int LINKS_FOLLOWED = 40;

    private final Directory root;
    private final Parent rootParent;
    private final LinkedHashMap<String, Parent> open = new LinkedHashMap<>(128, 0.75f, true);
    private final Map<String, Times> pending = new HashMap<>();
    private final Set<String> implied = new LinkedHashSet<>();
    private final Consumer<EntryPath> written;
    private final boolean keepsTimes;
    private boolean settling;
    private int pendingBytes;
    private int impliedBytes;
    private String lastPath = "";
    private Parent last;

    /**
     * @param keepsTimes whether directories that the archive does not describe get their times back
     * @param written told of directories that are made because an entry lies in them
     */
    TargetTree(Directory root, boolean keepsTimes, Consumer<EntryPath> written) {
        this.root = root;
        this.keepsTimes = keepsTimes;
        this.written = written;
        Stat stat = root.stat();
        this.rootParent = new Parent(root, stat.gid() == 0);
        this.last = rootParent;
        if (keepsTimes) {
            pending.put("", new Times(stat.accessed(), stat.modified()));
        }
    }

    /** An open directory; files made in one of group root's are root's without being told. */
    record Parent(Directory directory, boolean rootGroup) {}

    private record Times(Stat.Time accessed, Stat.Time modified) {}

    /** Directories made because an entry lies in them, parents first. */
    List<byte[]> implied() {
        return implied.stream().map(path -> new EntryPath(path).bytes()).toList();
    }

    boolean isImplied(EntryPath path) {
        return implied.contains(path.path());
    }

    /** Whether the list of {@link #implied} is not whole. */
    boolean tooManyImplied() {
        return impliedBytes > IMPLIED_BYTES;
    }

    /** Opens a directory, making it and what is above it where they are missing. */
    Parent parent(EntryPath path) {
        return parent(path, 0);
    }

    private Parent parent(EntryPath path, int followed) {
        if (path.path().equals(lastPath)) {
            return last;
        }
        Optional<Parent> found = find(path);
        if (found.isEmpty()) {
            // In a loop, since an archive may name thousands of parents.
            Deque<EntryPath> missing = new ArrayDeque<>();
            for (EntryPath at = path; found.isEmpty(); at = at.parent()) {
                missing.push(at);
                found = find(at.parent());
            }
            for (EntryPath next : missing) {
                found = Optional.of(make(next, found.get().directory(), followed));
            }
        }
        lastPath = path.path();
        last = found.get();
        return last;
    }

    /** Opens a directory that is there. */
    Optional<Parent> find(EntryPath path) {
        if (path.isRoot()) {
            return Optional.of(rootParent);
        }
        Parent kept = open.get(path.path());
        return kept != null
                ? Optional.of(kept)
                : root.findDirectory(path.bytes(), Resolve.IN_ROOT).map(directory -> keep(path, directory));
    }

    private Parent keep(EntryPath path, Directory directory) {
        Stat stat = directory.stat();
        // What is put into it would change its times.
        if (keepsTimes && !settling && !pending.containsKey(path.path())) {
            setTimesLater(path, stat.accessed(), stat.modified());
        }
        Parent parent = new Parent(directory, stat.gid() == 0);
        open.put(path.path(), parent);
        if (open.size() > OPEN_DIRECTORIES) {
            Map.Entry<String, Parent> oldest = open.entrySet().iterator().next();
            open.remove(oldest.getKey());
            oldest.getValue().directory().close();
            forgetLast(oldest.getValue());
        }
        return parent;
    }

    private void forgetLast(Parent closed) {
        if (last == closed) {
            last = rootParent;
            lastPath = "";
        }
    }

    private Parent make(EntryPath path, Directory directory, int followed) {
        byte[] name = path.nameBytes();
        Optional<Stat> there = directory.find(name);
        if (there.isEmpty()) {
            directory.makeDirectory(name, 0755);
            imply(path);
        } else if (there.get().isWhiteout()) {
            directory.unlink(name);
            directory.makeDirectory(name, 0755);
            directory.setXattr(name, OPAQUE, OPAQUE_VALUE);
            imply(path);
        } else if (there.get().isSymlink()) {
            // It leads to what is not there: in an upper directory, because only a lower layer has it.
            if (followed == LINKS_FOLLOWED) {
                throw FeluccaException.invalid("too many symbolic links on the way to " + path.show());
            }
            EntryPath target = path.follow(directory.readSymlink(name));
            parent(target, followed + 1);
        } else if (!there.get().isDirectory()) {
            throw FeluccaException.invalid(
                    "the archive has something below " + path.show() + ", which is no directory");
        }
        return find(path)
                .orElseThrow(() -> FeluccaException.invalid(
                        "cannot make the directory " + path.show() + ": a symbolic link on the way leads nowhere"));
    }

    private void imply(EntryPath path) {
        impliedBytes += IMPLIED_ENTRY_BYTES + path.path().length();
        if (!tooManyImplied()) {
            implied.add(path.path());
        }
        written.accept(path);
    }

    /** Notes a directory's times, which are set when nothing is put into it any more. */
    void setTimesLater(EntryPath path, Stat.Time accessed, Stat.Time modified) {
        pending.put(path.path(), new Times(accessed, modified));
        pendingBytes += PENDING_ENTRY_BYTES + path.path().length();
    }

    /** What is known of a directory's owner is out of date. */
    void changed(EntryPath path) {
        Parent parent = open.remove(path.path());
        if (parent != null) {
            parent.directory().close();
            forgetLast(parent);
        }
    }

    /**
     * Removes whatever is of that name. What was open below it, or reached through it, is closed: ask for directories
     * again afterwards, the given one included.
     */
    void remove(Directory directory, byte[] name, Stat there) {
        if (there.isDirectory()) {
            directory.removeTree(name);
            closeAll();
        } else {
            directory.unlink(name);
            if (there.isSymlink()) {
                closeAll();
            }
        }
    }

    /** Between two entries: sets the times noted so far when they are many. Directories opened before are closed. */
    void settleMany() {
        if (pendingBytes > PENDING_BYTES) {
            settle();
        }
    }

    /** Sets all times noted so far. */
    void settle() {
        settling = true;
        Map<String, Times> now = new TreeMap<>(pending);
        pending.clear();
        pendingBytes = 0;
        for (Map.Entry<String, Times> entry : now.entrySet()) {
            Times times = entry.getValue();
            EntryPath path = new EntryPath(entry.getKey());
            if (path.isRoot()) {
                root.setTimes(times.accessed(), times.modified());
            } else {
                setTimes(path, times);
            }
        }
        closeAll();
        settling = false;
    }

    /** Unless it was removed since, or something else took its place. */
    private void setTimes(EntryPath path, Times times) {
        Optional<Parent> parent = find(path.parent());
        if (parent.isPresent()) {
            Directory directory = parent.get().directory();
            byte[] name = path.nameBytes();
            if (directory.find(name).filter(Stat::isDirectory).isPresent()) {
                directory.setTimes(name, times.accessed(), times.modified());
            }
        }
    }

    private void closeAll() {
        open.values().forEach(parent -> parent.directory().close());
        open.clear();
        last = rootParent;
        lastPath = "";
    }

    @Override
    public void close() {
        closeAll();
    }
}

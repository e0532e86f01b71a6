package io.felucca.images.layers;

import io.felucca.linux.Directory;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an overlay's upper directory: a device 0:0 is a deleted name, {@code trusted.overlay.opaque} a directory that
 * hides its lower ones.
 */
final class OverlayWalk {

    private final LayerDiff.Filter filter;
    private final PendingDirectories sink;
    private final boolean all;

    /**
     * @param all tell of every directory that lies in the upper one, also when it is only the way to a change
     */
    OverlayWalk(LayerDiff.Filter filter, boolean all, ChangeSink sink) {
        this.filter = filter;
        this.all = all;
        this.sink = new PendingDirectories(sink);
    }

    /** Without a lower view all that exists is ADDED. */
    void walk(Optional<Directory> lower, Directory upper) {
        walk(EntryPath.ROOT, lower, upper);
    }

    private void walk(EntryPath path, Optional<Directory> lower, Directory upper) {
        for (String name : SortedNames.of(upper)) {
            byte[] bytes = SortedNames.bytes(name);
            EntryPath child = path.child(bytes);
            Optional<Stat> there = filter.includes(child.bytes()) ? upper.find(bytes) : Optional.empty();
            if (there.isPresent()) {
                visit(child, lower, upper, there.get());
            }
        }
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
            descend(path, merged ? lower : Optional.empty(), upper, name);
        }
        if (pending) {
            sink.leave();
        }
    }

    private static boolean sameDirectory(Stat before, Stat now) {
        return before.mode() == now.mode()
                && before.uid() == now.uid()
                && before.gid() == now.gid()
                && before.modified().equals(now.modified());
    }

    private void descend(EntryPath path, Optional<Directory> lower, Directory upper, byte[] name) {
        boolean opaque = upper.xattr(name, TargetTree.OPAQUE)
                .filter(value -> Arrays.equals(value, TargetTree.OPAQUE_VALUE))
                .isPresent();
        try (Directory above = upper.openDirectory(name, Resolve.NO_SYMLINKS)) {
            if (opaque) {
                sink.opaque(path);
            }
            if (lower.isEmpty()) {
                walk(path, Optional.empty(), above);
                return;
            }
            try (Directory below = lower.get().openDirectory(name, Resolve.NO_SYMLINKS)) {
                if (opaque) {
                    tellHidden(path, below, above);
                }
                walk(path, Optional.of(below), above);
            }
        }
    }

    /** What an opaque directory hides and does not have itself is deleted. */
    private void tellHidden(EntryPath path, Directory lower, Directory upper) {
        List<String> below = SortedNames.of(lower);
        Set<String> above = new HashSet<>(SortedNames.of(upper));
        for (String name : below) {
            EntryPath child = path.child(SortedNames.bytes(name));
            if (!above.contains(name) && filter.includes(child.bytes())) {
                sink.change(Change.Kind.DELETED, child, upper, Optional.empty());
            }
        }
    }
}

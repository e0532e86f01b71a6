package io.felucca.images.layers;

import io.felucca.linux.Directory;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.linux.Xattr;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Compares two views of a tree. As dockerd, it takes a file for changed when its owner, mode, device, size, time of
 * modification or attributes differ, and looks at no content; a directory's times do not count.
 */
final class TreeComparison {

    private final LayerDiff.Filter filter;
    private final PendingDirectories sink;

    TreeComparison(LayerDiff.Filter filter, ChangeSink sink) {
        this.filter = filter;
        this.sink = new PendingDirectories(sink);
    }

    void compare(Optional<Directory> lower, Directory upper) {
        compare(EntryPath.ROOT, lower, upper);
    }

    private void compare(EntryPath path, Optional<Directory> lower, Directory upper) {
        List<String> below = lower.map(SortedNames::of).orElse(List.of());
        List<String> above = SortedNames.of(upper);
        int b = 0;
        int a = 0;
        while (b < below.size() || a < above.size()) {
            int order = b == below.size()
                    ? 1
                    : a == above.size() ? -1 : below.get(b).compareTo(above.get(a));
            String name = order < 0 ? below.get(b) : above.get(a);
            EntryPath child = path.child(SortedNames.bytes(name));
            if (filter.includes(child.bytes())) {
                if (order < 0) {
                    sink.change(Change.Kind.DELETED, child, upper, Optional.empty());
                } else {
                    compareChild(child, order == 0 ? lower : Optional.empty(), upper);
                }
            }
            b += order <= 0 ? 1 : 0;
            a += order >= 0 ? 1 : 0;
        }
    }

    /** A name that vanishes meanwhile is passed over. */
    private void compareChild(EntryPath path, Optional<Directory> lower, Directory upper) {
        byte[] name = path.nameBytes();
        Optional<Stat> now = upper.find(name);
        if (now.isEmpty()) {
            return;
        }
        Optional<Stat> before = lower.flatMap(directory -> directory.find(name));
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
            descend(path, bothDirectories ? lower : Optional.empty(), upper, name);
        }
        if (pending) {
            sink.leave();
        }
    }

    private void descend(EntryPath path, Optional<Directory> lower, Directory upper, byte[] name) {
        try (Directory above = upper.openDirectory(name, Resolve.NO_SYMLINKS)) {
            if (lower.isPresent()) {
                try (Directory below = lower.get().openDirectory(name, Resolve.NO_SYMLINKS)) {
                    compare(path, Optional.of(below), above);
                }
            } else {
                compare(path, Optional.empty(), above);
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

    private static boolean sameXattrs(List<Xattr> before, List<Xattr> now) {
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

package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Inode;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Writes sources into a layer: their modes, times and attributes, and the owner that is wanted. Folders that are there
 * are gone into and take the source's mode, anything else that is in the way is replaced, and what was touched but not
 * copied keeps its times, so that the same sources make the same layer. One use, one thread.
 */
public final class TreeWriter {

    private static final int DEPTH = 1000;
    /** So many files, and so much of a large one, are copied before the build is looked at. */
    private static final int FILES = 64;

    private static final long PIECE_BYTES = 64 << 20;
    private static final Stat.Time EPOCH = new Stat.Time(0, 0);

    private final int uid;
    private final int gid;
    private final int mode;
    private final IgnorePatterns excluded;
    private final BooleanSupplier wanted;
    private int files;

    /**
     * @param mode of all that is copied; -1 for the sources'
     * @param wanted false ends the copy with UNAVAILABLE
     */
    public TreeWriter(int uid, int gid, int mode, IgnorePatterns excluded, BooleanSupplier wanted) {
        this.uid = uid;
        this.gid = gid;
        this.mode = mode;
        this.excluded = excluded;
        this.wanted = wanted;
    }

    /** Puts sources at a place in the layer; one that ends with a slash, or that is a folder, is put into. */
    public void write(Directory root, List<Source> sources, String target) {
        for (Source source : sources) {
            if (source.isDirectory()) {
                try (Directory from = source.openDirectory()) {
                    writeFolder(root, from, target);
                }
                continue;
            }
            boolean into = target.endsWith("/") || TargetPath.isFolder(root, target);
            String folder = into ? target : target.substring(0, target.lastIndexOf('/') + 1);
            byte[] name = into
                    ? source.name()
                    : target.substring(target.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
            try (OpenFile file = source.openFile()) {
                writeFile(root, folder, name, file);
            }
        }
    }

    /** Puts each source, whose name is a path, to that path below a place in the layer. */
    public void writeWithParents(Directory root, List<Source> sources, String target) {
        String folder = target.endsWith("/") ? target : target + "/";
        for (Source source : sources) {
            String path = new String(source.name(), StandardCharsets.UTF_8);
            int slash = path.lastIndexOf('/');
            byte[] name = path.substring(slash + 1).getBytes(StandardCharsets.UTF_8);
            Source last = new Source(source.root(), source.path(), name, source.isDirectory());
            write(root, List.of(last), folder + (source.isDirectory() ? path : path.substring(0, slash + 1)));
        }
    }

    private void writeFolder(Directory root, Directory from, String target) {
        try (TargetPath.Opened to = TargetPath.open(root, target, uid, gid);
                RecordSorter sorter = new RecordSorter()) {
            Stat.Time before = to.directory().stat().modified();
            copyAll(from, to.directory(), "", 0, sorter);
            to.directory()
                    .setTimes(before, to.made().isEmpty() ? before : from.stat().modified());
            settle(root, to.made(), from.stat().modified());
        }
    }

    private void writeFile(Directory root, String folder, byte[] name, OpenFile file) {
        Stat stat = file.stat();
        try (TargetPath.Opened to = TargetPath.open(root, folder, uid, gid)) {
            Stat.Time before = to.directory().stat().modified();
            copyFile(file, stat, to.directory(), name);
            to.directory().setTimes(before, to.made().isEmpty() ? before : stat.modified());
            settle(root, to.made(), stat.modified());
        }
    }

    /** Gives made folders a time that does not depend on now, and what they were made in the one that it had. */
    public static void settle(Directory root, List<TargetPath.Made> made, Stat.Time modified) {
        for (int i = made.size() - 1; i >= 0; i--) {
            try (Directory folder = root.openDirectory(made.get(i).path(), Resolve.IN_ROOT)) {
                folder.setTimes(modified, modified);
            }
        }
        if (!made.isEmpty()) {
            try (Directory parent = root.openDirectory(made.get(0).parent(), Resolve.IN_ROOT)) {
                parent.setTimes(made.get(0).parentModified(), made.get(0).parentModified());
            }
        }
    }

    /** The time of folders that a step made out of nothing. */
    public static Stat.Time epoch() {
        return EPOCH;
    }

    private void copyAll(Directory from, Directory to, String path, int depth, RecordSorter sorter) {
        if (depth > DEPTH) {
            throw FeluccaException.invalid("cannot copy folders that are nested deeper than " + DEPTH);
        }
        try (SortedRecords names = Sources.sorted(from, sorter)) {
            while (names.hasNext()) {
                byte[] name = names.next();
                String below = path.isEmpty()
                        ? new String(name, StandardCharsets.UTF_8)
                        : path + "/" + new String(name, StandardCharsets.UTF_8);
                Stat stat = from.stat(name);
                boolean ignored = excluded.ignores(below);
                if (ignored && !(stat.isDirectory() && excluded.hasExceptions())) {
                    continue;
                }
                if (stat.isDirectory()) {
                    copyFolder(from, to, name, stat, below, depth, sorter);
                } else if (stat.isRegular()) {
                    try (OpenFile file = from.openFile(name)) {
                        copyFile(file, stat, to, name);
                    }
                } else {
                    copySpecial(from, stat, to, name);
                }
            }
        }
    }

    private void copyFolder(
            Directory from, Directory to, byte[] name, Stat stat, String below, int depth, RecordSorter sorter) {
        if (!to.tryMakeDirectory(name, 0700)
                && !to.find(name).map(Stat::isDirectory).orElse(false)) {
            to.removeTree(name);
            to.makeDirectory(name, 0700);
        }
        try (Directory source = from.openDirectory(name, Resolve.NO_SYMLINKS);
                Directory copy = to.openDirectory(name, Resolve.NO_SYMLINKS)) {
            copyAll(source, copy, below, depth + 1, sorter);
            attributes(source.xattrs(), copy, stat);
        }
    }

    private void copyFile(OpenFile file, Stat stat, Directory to, byte[] name) {
        if (++files % FILES == 0) {
            Cancellation.check(wanted);
        }
        Optional<OpenFile> made = to.tryCreateFile(name, 0600);
        if (made.isEmpty()) {
            if (to.find(name).map(Stat::isDirectory).orElse(false)) {
                throw FeluccaException.invalid(
                        "cannot copy to non-directory: " + new String(name, StandardCharsets.UTF_8) + " is a folder");
            }
            to.unlink(name);
            made = Optional.of(to.createFile(name, 0600));
        }
        try (OpenFile copy = made.get()) {
            if (stat.sizeBytes() > 0 && !file.cloneTo(copy)) {
                long offset = 0;
                long copied;
                while ((copied = file.copyTo(copy, offset, Math.min(PIECE_BYTES, stat.sizeBytes() - offset))) > 0) {
                    offset += copied;
                    if (offset % PIECE_BYTES == 0) {
                        Cancellation.check(wanted);
                    }
                }
            }
            attributes(file.xattrs(), copy, stat);
        }
    }

    /** Owner first, which clears setuid and capabilities; times last. */
    private void attributes(List<Xattr> xattrs, Inode copy, Stat stat) {
        copy.setOwner(uid, gid);
        copy.setMode(mode < 0 ? stat.mode() : mode);
        for (Xattr xattr : xattrs) {
            copy.setXattr(xattr.name(), xattr.value());
        }
        copy.setTimes(stat.modified(), stat.modified());
    }

    private void copySpecial(Directory from, Stat stat, Directory to, byte[] name) {
        if (stat.type() == FileType.SOCKET) {
            return;
        }
        to.removeTree(name);
        if (stat.isSymlink()) {
            to.makeSymlink(name, from.readSymlink(name));
            to.setOwner(name, uid, gid);
        } else {
            to.makeNode(name, stat.type(), stat.mode(), stat.rdev());
            to.setOwner(name, uid, gid);
            to.setMode(name, mode < 0 ? stat.mode() : mode);
        }
        to.setTimes(name, stat.modified(), stat.modified());
    }
}

package io.felucca.linux.tree;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.Inode;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.spill.InodeTable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Copies a folder's content and its own attributes exactly: owners, modes, times to the nanosecond, extended attributes,
 * hard links, devices, holes, names as bytes. File content is shared where the filesystem can (FICLONE), else copied in
 * the kernel. One use, one thread.
 */
public final class TreeCopy {

    private static final byte[] CAPABILITY = bytes("security.capability");
    private static final int DEPTH = 1000;
    /** Of {@link Stat#blocks}; with as many as its size needs a file has no hole. */
    private static final int BLOCK_BYTES = 512;

    private static final int CAPABILITY_V2_SIZE = 20;

    private final IdMap map;
    private final Directory targetRoot;
    /** Where the first of several hard links went: inode to path below the target. */
    private final InodeTable linked = new InodeTable();

    private boolean cloning = true;

    private TreeCopy(IdMap map, Directory targetRoot) {
        this.map = map;
        this.targetRoot = targetRoot;
    }

    /**
     * Copies into a folder that exists and is empty.
     *
     * @param map shifts owners: what belongs to id 0 will belong to the map's root; also in file capabilities
     * @throws FeluccaException INVALID for an owner outside the map and for folders nested deeper than {@value #DEPTH}
     *     (each holds two descriptors meanwhile); what was copied so far stays
     */
    public static void copy(Directory from, Directory to, IdMap map) {
        TreeCopy copy = new TreeCopy(map, to);
        try (InodeTable linked = copy.linked) {
            copy.copyFolder(from, to, new byte[0], 0);
        }
    }

    private void copyFolder(Directory from, Directory to, byte[] path, int depth) {
        if (depth > DEPTH) {
            throw FeluccaException.invalid("cannot copy folders that are nested deeper than " + DEPTH);
        }
        for (DirectoryEntry entry : from.entries()) {
            copyEntry(from, to, entry.name(), join(path, entry.name()), depth);
        }
        copyAttributes(from, to, from.stat());
    }

    private void copyEntry(Directory from, Directory to, byte[] name, byte[] path, int depth) {
        Stat stat = from.stat(name);
        if (stat.isDirectory()) {
            to.makeDirectory(name, 0700);
            try (Directory below = from.openDirectory(name, Resolve.NO_SYMLINKS);
                    Directory copy = to.openDirectory(name, Resolve.NO_SYMLINKS)) {
                copyFolder(below, copy, path, depth + 1);
            }
            return;
        }
        if (stat.links() > 1) {
            Optional<byte[]> first = linked.putIfAbsent(stat.device(), stat.inode(), path);
            if (first.isPresent()) {
                link(first.get(), to, name);
                return;
            }
        }
        if (stat.isRegular()) {
            try (OpenFile source = from.openFile(name);
                    OpenFile copy = to.createFile(name, 0600)) {
                copyContent(source, copy, stat);
                copyAttributes(source, copy, stat);
            }
            return;
        }
        if (stat.isSymlink()) {
            to.makeSymlink(name, from.readSymlink(name));
            to.setOwner(name, uid(stat), gid(stat));
        } else {
            to.makeNode(name, stat.type(), stat.mode(), stat.rdev());
            to.setOwner(name, uid(stat), gid(stat));
            to.setMode(name, stat.mode());
        }
        for (Xattr xattr : from.xattrs(name)) {
            to.setXattr(name, xattr.name(), xattr.value());
        }
        to.setTimes(name, stat.accessed(), stat.modified());
    }

    private void link(byte[] first, Directory to, byte[] name) {
        int slash = first.length - 1;
        while (slash >= 0 && first[slash] != '/') {
            slash--;
        }
        byte[] folder = Arrays.copyOf(first, Math.max(slash, 0));
        byte[] last = Arrays.copyOfRange(first, slash + 1, first.length);
        try (Directory existing = targetRoot.openDirectory(folder, Resolve.NO_SYMLINKS)) {
            to.makeLink(existing, last, name);
        }
    }

    private void copyContent(OpenFile source, OpenFile copy, Stat stat) {
        long sizeBytes = stat.sizeBytes();
        if (sizeBytes == 0) {
            return;
        }
        if (cloning && source.cloneTo(copy)) {
            return;
        }
        cloning = false;
        if (stat.blocks() * BLOCK_BYTES >= sizeBytes) {
            copyRange(source, copy, 0, sizeBytes);
            return;
        }
        copy.truncate(sizeBytes);
        long offset = source.nextData(0);
        while (offset >= 0 && offset < sizeBytes) {
            long end = Math.min(source.nextHole(offset), sizeBytes);
            if (!copyRange(source, copy, offset, end)) {
                return;
            }
            offset = source.nextData(end);
        }
    }

    /** @return false when the file became shorter */
    private static boolean copyRange(OpenFile source, OpenFile copy, long begin, long end) {
        long offset = begin;
        while (offset < end) {
            long copied = source.copyTo(copy, offset, end - offset);
            if (copied <= 0) {
                return false;
            }
            offset += copied;
        }
        return true;
    }

    /** Owner first, which clears setuid and capabilities; times last. */
    private void copyAttributes(Inode from, Inode to, Stat stat) {
        to.setOwner(uid(stat), gid(stat));
        to.setMode(stat.mode());
        List<Xattr> xattrs = from.xattrs();
        for (Xattr xattr : xattrs) {
            to.setXattr(xattr.name(), shifted(xattr));
        }
        to.setTimes(stat.accessed(), stat.modified());
    }

    /** A capability of version 2 holds for the host's root only; version 3 names the root it is for (capabilities(7)). */
    private byte[] shifted(Xattr xattr) {
        byte[] value = xattr.value();
        if (map.isNone() || value.length != CAPABILITY_V2_SIZE || !Arrays.equals(xattr.name(), CAPABILITY)) {
            return value;
        }
        byte[] three = Arrays.copyOf(value, CAPABILITY_V2_SIZE + 4);
        three[3] = 3;
        long root = map.rootUid();
        for (int i = 0; i < 4; i++) {
            three[CAPABILITY_V2_SIZE + i] = (byte) (root >> (8 * i));
        }
        return three;
    }

    private int uid(Stat stat) {
        return (int) map.outsideUid(Integer.toUnsignedLong(stat.uid()));
    }

    private int gid(Stat stat) {
        return (int) map.outsideGid(Integer.toUnsignedLong(stat.gid()));
    }

    private static byte[] join(byte[] folder, byte[] name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream(folder.length + name.length + 1);
        if (folder.length > 0) {
            path.writeBytes(folder);
            path.write('/');
        }
        path.writeBytes(name);
        return path.toByteArray();
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}

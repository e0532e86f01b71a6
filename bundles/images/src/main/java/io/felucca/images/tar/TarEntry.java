package io.felucca.images.tar;

import io.felucca.linux.files.Stat.Time;
import io.felucca.linux.files.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One member of an archive, its extended headers already counted in. Names are bytes as the archive has them.
 *
 * @param type the ustar letter: {@code 0} file, {@code 1} hard link, {@code 2} symbolic link, {@code 3} and {@code 4}
 *     devices, {@code 5} directory, {@code 6} fifo
 * @param mode permission bits with setuid, setgid and sticky
 * @param sizeBytes of the file itself, holes included
 * @param storedBytes of the data that follows in the archive
 * @param rdev as in {@link io.felucca.linux.files.Stat#rdev}
 * @param sparse where the data belongs, for a file with holes
 */
public record TarEntry(
        byte[] path,
        char type,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long storedBytes,
        Time modified,
        Time accessed,
        byte[] linkTarget,
        long rdev,
        List<Xattr> xattrs,
        Optional<SparseMap> sparse) {

    public static final char FILE = '0';
    public static final char HARD_LINK = '1';
    public static final char SYMLINK = '2';
    public static final char CHARACTER_DEVICE = '3';
    public static final char BLOCK_DEVICE = '4';
    public static final char DIRECTORY = '5';
    public static final char FIFO = '6';

    /** The same under another name. */
    public TarEntry named(byte[] newPath, byte[] newLinkTarget) {
        return new TarEntry(
                newPath,
                type,
                mode,
                uid,
                gid,
                sizeBytes,
                storedBytes,
                modified,
                accessed,
                newLinkTarget,
                rdev,
                xattrs,
                sparse);
    }

    public TarEntry owned(int newUid, int newGid) {
        return new TarEntry(
                path,
                type,
                mode,
                newUid,
                newGid,
                sizeBytes,
                storedBytes,
                modified,
                accessed,
                linkTarget,
                rdev,
                xattrs,
                sparse);
    }

    /** What it takes as Docker counts a layer: a file its size, a symbolic link its target's length, others nothing. */
    public long countedBytes() {
        return type == SYMLINK ? linkTarget.length : sizeBytes;
    }

    /** For messages. */
    public String name() {
        return show(path);
    }

    public static String show(byte[] path) {
        return new String(path, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }
}

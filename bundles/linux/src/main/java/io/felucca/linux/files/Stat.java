package io.felucca.linux.files;

/**
 * What statx(2) says of an inode.
 *
 * @param mode permission bits with setuid, setgid and sticky, without the type
 * @param device major and minor of where it lies, as {@code major << 32 | minor}
 * @param rdev of a device node, in the same form
 * @param blocks in units of 512 bytes
 */
public record Stat(
        FileType type,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long blocks,
        long inode,
        long device,
        long rdev,
        int links,
        Time accessed,
        Time modified,
        Time changed) {

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    public boolean isRegular() {
        return type == FileType.REGULAR;
    }

    public boolean isSymlink() {
        return type == FileType.SYMLINK;
    }

    /** Overlay's mark of a deleted name: a character device 0:0. */
    public boolean isWhiteout() {
        return type == FileType.CHARACTER_DEVICE && rdev == 0;
    }

    /** Whether both are one inode. */
    public boolean sameInode(Stat other) {
        return inode == other.inode && device == other.device;
    }

    /** Seconds since 1970, negative before, and nanoseconds to add. */
    public record Time(long seconds, int nanos) {}
}

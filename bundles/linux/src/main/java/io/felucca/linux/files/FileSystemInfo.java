package io.felucca.linux.files;

/**
 * What statfs(2) says.
 *
 * @param type its magic number (linux/magic.h)
 * @param availableBytes for those who are not root
 */
public record FileSystemInfo(
        long type,
        long blockSizeBytes,
        long totalBytes,
        long freeBytes,
        long availableBytes,
        long files,
        long filesFree) {

    public static final long EXT4 = 0xEF53L;
    public static final long XFS = 0x58465342L;
    public static final long BTRFS = 0x9123683EL;
    public static final long TMPFS = 0x01021994L;
    public static final long OVERLAY = 0x794C7630L;
    public static final long NFS = 0x6969L;
    public static final long CGROUP2 = 0x63677270L;

    /** A filesystem's usual name, or its number in hexadecimal. */
    public String typeName() {
        if (type == EXT4) {
            return "extfs";
        } else if (type == XFS) {
            return "xfs";
        } else if (type == BTRFS) {
            return "btrfs";
        } else if (type == TMPFS) {
            return "tmpfs";
        } else if (type == OVERLAY) {
            return "overlayfs";
        } else if (type == NFS) {
            return "nfs";
        }
        return "0x" + Long.toHexString(type);
    }
}

package io.felucca.linux.kernel.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.FileSystemInfo;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;

/** What resize2fs(8) and xfs_growfs(8) ask of the kernel: EXT4_IOC_RESIZE_FS of linux/ext4.h, xfs's ioctls of xfs_fs.h. */
final class FileSystemGrowth {

    private static final long EXT4_IOC_RESIZE_FS = 0x40086610L;
    private static final long XFS_IOC_FSGEOMETRY_V1 = 0x80705864L;
    private static final int GEOMETRY_BYTES = 112;
    private static final int BLOCK_BYTES_AT = 0;
    private static final int INODES_PERCENT_AT = 28;
    private static final long XFS_IOC_FSGROWFSDATA = 0x4010586eL;

    private FileSystemGrowth() {}

    static void grow(KernelInode root, long sizeBytes) {
        FileSystemInfo info = root.fileSystem();
        if (info.type() == FileSystemInfo.EXT4) {
            growExt4(root, sizeBytes / info.blockSizeBytes());
        } else if (info.type() == FileSystemInfo.XFS) {
            growXfs(root, sizeBytes);
        } else {
            throw FeluccaException.unsupported(
                    "a filesystem of type " + info.typeName() + " (" + root + ") cannot be grown");
        }
    }

    private static void growExt4(KernelInode root, long blocks) {
        Scratch scratch = Scratch.get().reset();
        long count = scratch.take(8);
        scratch.putLong(count, blocks);
        ioctl(root, "EXT4_IOC_RESIZE_FS", EXT4_IOC_RESIZE_FS, count);
    }

    /** The share of inodes is told with the size, and stays. */
    private static void growXfs(KernelInode root, long sizeBytes) {
        Scratch scratch = Scratch.get().reset();
        long geometry = scratch.takeCleared(GEOMETRY_BYTES);
        ioctl(root, "XFS_IOC_FSGEOMETRY_V1", XFS_IOC_FSGEOMETRY_V1, geometry);
        int blockBytes = scratch.getInt(geometry + BLOCK_BYTES_AT);
        int inodesPercent = scratch.getInt(geometry + INODES_PERCENT_AT);
        long growth = scratch.takeCleared(16);
        scratch.putLong(growth, sizeBytes / blockBytes);
        scratch.putInt(growth + 8, inodesPercent);
        ioctl(root, "XFS_IOC_FSGROWFSDATA", XFS_IOC_FSGROWFSDATA, growth);
    }

    private static void ioctl(KernelInode root, String name, long command, long argument) {
        if (Libc.IOCTL.call(root.number(), command, argument) < 0) {
            throw Errno.system("ioctl " + name, root.toString(), Libc.errno());
        }
    }
}

package io.felucca.linux.kernel.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.util.concurrent.ThreadLocalRandom;
import org.osgi.service.component.annotations.Component;

/** By quotactl_fd(2) and the ioctls of project ids; structures as in linux/fs.h and linux/dqblk_xfs.h. */
@Component
public final class KernelProjectQuotas implements ProjectQuotas {

    private static final int SYS_QUOTACTL_FD = 443;
    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    private static final int FSXATTR_BYTES = 28;
    private static final int PROJECT_AT = 12;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final int PRJQUOTA = 2;
    private static final int Q_XGETQUOTA = 0x5803;
    private static final int Q_XSETQLIM = 0x5804;
    private static final int Q_XGETQSTAT = 0x5805;
    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;
    private static final int DISK_QUOTA_BYTES = 112;
    private static final int HARD_BLOCKS_AT = 8;
    private static final int USED_BLOCKS_AT = 40;
    private static final int USED_INODES_AT = 48;
    private static final int FS_DQUOT_VERSION = 1;
    private static final int FS_PROJ_QUOTA = 2;
    /** FS_DQ_BSOFT and FS_DQ_BHARD. */
    private static final int BLOCK_LIMITS = 1 << 2 | 1 << 3;
    /** Quota counts in these, whatever the filesystem's blocks are. */
    private static final int BLOCK_BYTES = 512;

    private static final int TRIALS = 100;

    @Override
    public void limit(Directory directory, long limitBytes) {
        requireEnforced(directory);
        int project = project(directory);
        if (!owns(directory, project)) {
            project = freeProject(directory);
            // First the limit: a project that a crash leaves without files is nobody's, and costs a few bytes.
            setLimit(directory, project, limitBytes);
            setProject(directory, project);
        } else {
            setLimit(directory, project, limitBytes);
        }
    }

    @Override
    public void share(Directory directory, Directory limited) {
        setProject(directory, project(limited));
    }

    @Override
    public void endLimit(Directory directory) {
        int project = project(directory);
        if (owns(directory, project)) {
            setLimit(directory, project, 0);
        }
    }

    /** One that is the parent's too was inherited: it is that of an administrator, who limits more than this directory. */
    private static boolean owns(Directory directory, int project) {
        return project != 0 && project != projectOfParent(directory);
    }

    private static int projectOfParent(Directory directory) {
        int flags = Open.READ | Open.DIRECTORY | Libc.O_CLOEXEC;
        int fd = Libc.OPENAT.call(directory.number(), Scratch.get().reset().text(".."), flags, 0);
        if (fd < 0) {
            throw Errno.system("openat ..", directory.toString(), Libc.errno());
        }
        try (KernelDirectory parent = new KernelDirectory(fd, directory + "/..")) {
            return project(parent);
        }
    }

    private static void requireEnforced(Directory directory) {
        Scratch scratch = Scratch.get().reset();
        long stat = scratch.takeCleared(80);
        scratch.putShort(stat, 1);
        int errno = quotactl(directory, Q_XGETQSTAT, 0, stat);
        if (errno != 0) {
            throw FeluccaException.unsupported(Errno.message("quotactl_fd Q_XGETQSTAT", directory.toString(), errno)
                    + ": mount its filesystem (xfs, or ext4 with the feature project) with prjquota");
        }
        if ((scratch.getShort(stat + 2) & FS_QUOTA_PDQ_ENFD) == 0) {
            throw FeluccaException.unsupported(
                    "the filesystem of " + directory + " enforces no limits of projects: mount it with prjquota");
        }
    }

    /** Ids are one namespace of the filesystem, which others use too: one that nothing belongs to, found by trying. */
    private static int freeProject(Directory directory) {
        for (int i = 0; i < TRIALS; i++) {
            int project = ThreadLocalRandom.current().nextInt(1 << 20, Integer.MAX_VALUE);
            Scratch scratch = Scratch.get().reset();
            long quota = scratch.takeCleared(DISK_QUOTA_BYTES);
            int errno = quotactl(directory, Q_XGETQUOTA, project, quota);
            boolean unused = scratch.getLong(quota + HARD_BLOCKS_AT) == 0
                    && scratch.getLong(quota + USED_BLOCKS_AT) == 0
                    && scratch.getLong(quota + USED_INODES_AT) == 0;
            if (errno == Errno.ENOENT || errno == 0 && unused) {
                return project;
            }
            if (errno != 0) {
                throw Errno.system("quotactl_fd Q_XGETQUOTA", directory.toString(), errno);
            }
        }
        throw FeluccaException.system(
                "no free project id found on the filesystem of " + directory + " in " + TRIALS + " trials");
    }

    private static void setLimit(Directory directory, int project, long limitBytes) {
        Scratch scratch = Scratch.get().reset();
        long quota = scratch.takeCleared(DISK_QUOTA_BYTES);
        scratch.putShort(quota, FS_DQUOT_VERSION | FS_PROJ_QUOTA << 8);
        scratch.putShort(quota + 2, BLOCK_LIMITS);
        scratch.putInt(quota + 4, project);
        long blocks = limitBytes / BLOCK_BYTES + (limitBytes % BLOCK_BYTES == 0 ? 0 : 1);
        scratch.putLong(quota + HARD_BLOCKS_AT, blocks);
        scratch.putLong(quota + HARD_BLOCKS_AT + 8, blocks);
        int errno = quotactl(directory, Q_XSETQLIM, project, quota);
        if (errno != 0) {
            throw Errno.system("quotactl_fd Q_XSETQLIM " + project, directory.toString(), errno);
        }
    }

    /** Returns errno, 0 for success. */
    private static int quotactl(Directory directory, int command, int project, long address) {
        int result = Libc.SYSCALL.call(SYS_QUOTACTL_FD, directory.number(), command << 8 | PRJQUOTA, project, address);
        return result < 0 ? Libc.errno() : 0;
    }

    private static int project(Directory directory) {
        Scratch scratch = Scratch.get().reset();
        long attributes = scratch.takeCleared(FSXATTR_BYTES);
        if (Libc.IOCTL.call(directory.number(), FS_IOC_FSGETXATTR, attributes) < 0) {
            int errno = Libc.errno();
            if (errno == Errno.ENOTTY || errno == Errno.EOPNOTSUPP) {
                return 0;
            }
            throw Errno.system("ioctl FS_IOC_FSGETXATTR", directory.toString(), errno);
        }
        return scratch.getInt(attributes + PROJECT_AT);
    }

    private static void setProject(Directory directory, int project) {
        Scratch scratch = Scratch.get().reset();
        long attributes = scratch.takeCleared(FSXATTR_BYTES);
        int errno = 0;
        if (Libc.IOCTL.call(directory.number(), FS_IOC_FSGETXATTR, attributes) < 0) {
            errno = Libc.errno();
        } else {
            scratch.putInt(attributes, scratch.getInt(attributes) | FS_XFLAG_PROJINHERIT);
            scratch.putInt(attributes + PROJECT_AT, project);
            if (Libc.IOCTL.call(directory.number(), FS_IOC_FSSETXATTR, attributes) < 0) {
                errno = Libc.errno();
            }
        }
        if (errno != 0) {
            throw Errno.system("ioctl FS_IOC_FSSETXATTR", directory.toString(), errno);
        }
    }
}

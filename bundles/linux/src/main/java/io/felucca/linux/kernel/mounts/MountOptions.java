package io.felucca.linux.kernel.mounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Options as in fstab(5), split into mount(2)'s flags and the filesystem's own.
 *
 * @param flags MS_ bits
 * @param data what the filesystem is told
 */
record MountOptions(long flags, List<String> data) {

    static final long MS_RDONLY = 1;
    static final long MS_NOSUID = 2;
    static final long MS_NODEV = 4;
    static final long MS_NOEXEC = 8;
    static final long MS_REMOUNT = 32;
    static final long MS_NOATIME = 1024;
    static final long MS_NODIRATIME = 2048;
    static final long MS_BIND = 4096;
    static final long MS_REC = 16384;
    static final long MS_RELATIME = 1 << 21;
    static final long MS_STRICTATIME = 1 << 24;
    /** Flags of a mount point, which a bind takes in a second call only. */
    static final long PER_MOUNT =
            MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;

    private static final Map<String, Long> FLAGS = Map.ofEntries(
            Map.entry("ro", MS_RDONLY),
            Map.entry("nosuid", MS_NOSUID),
            Map.entry("nodev", MS_NODEV),
            Map.entry("noexec", MS_NOEXEC),
            Map.entry("sync", 16L),
            Map.entry("remount", MS_REMOUNT),
            Map.entry("dirsync", 128L),
            Map.entry("noatime", MS_NOATIME),
            Map.entry("nodiratime", MS_NODIRATIME),
            Map.entry("bind", MS_BIND),
            Map.entry("rbind", MS_BIND | MS_REC),
            Map.entry("unbindable", 1L << 17),
            Map.entry("private", 1L << 18),
            Map.entry("rprivate", 1L << 18 | MS_REC),
            Map.entry("slave", 1L << 19),
            Map.entry("rslave", 1L << 19 | MS_REC),
            Map.entry("shared", 1L << 20),
            Map.entry("rshared", 1L << 20 | MS_REC),
            Map.entry("relatime", MS_RELATIME),
            Map.entry("strictatime", MS_STRICTATIME),
            Map.entry("rw", 0L),
            Map.entry("defaults", 0L));

    private static final long PROPAGATION = 1L << 17 | 1L << 18 | 1L << 19 | 1L << 20;

    static MountOptions of(List<String> options) {
        long flags = 0;
        List<String> data = new ArrayList<>();
        for (String option : options) {
            Long flag = FLAGS.get(option);
            if (flag == null) {
                data.add(option);
            } else {
                flags |= flag;
            }
        }
        return new MountOptions(flags, data);
    }

    boolean bind() {
        return (flags & MS_BIND) != 0;
    }

    long perMount() {
        return flags & PER_MOUNT;
    }

    long propagation() {
        return flags & PROPAGATION;
    }

    long withoutPropagation() {
        return propagation() == 0 ? flags : flags & ~PROPAGATION;
    }

    /** MOUNT_ATTR_ bits of fsmount(2) and mount_setattr(2). */
    long attributes() {
        long attributes = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
        if ((flags & MS_NOATIME) != 0) {
            attributes |= 0x10;
        } else if ((flags & MS_STRICTATIME) != 0) {
            attributes |= 0x20;
        }
        return (flags & MS_NODIRATIME) == 0 ? attributes : attributes | 0x80;
    }
}

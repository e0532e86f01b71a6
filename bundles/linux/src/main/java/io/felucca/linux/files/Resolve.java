package io.felucca.linux.files;

/** How openat2(2) walks a path below a directory. Magic links of /proc are never followed. */
public enum Resolve {
    /** As if the directory were the root: {@code ..} and absolute links stop at it. For what a container sees. */
    IN_ROOT(0x10 | 0x02),
    /** Anything that would leave the directory is refused, absolute links too. */
    BENEATH(0x08 | 0x02),
    /** As BENEATH, and no symbolic link anywhere in the path. */
    NO_SYMLINKS(0x08 | 0x04 | 0x02);

    private final int flags;

    Resolve(int flags) {
        this.flags = flags;
    }

    public int flags() {
        return flags;
    }
}

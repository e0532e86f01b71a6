package io.felucca.linux.files;

/** The type bits of an inode's mode. */
public enum FileType {
    FIFO(0x1000),
    CHARACTER_DEVICE(0x2000),
    DIRECTORY(0x4000),
    BLOCK_DEVICE(0x6000),
    REGULAR(0x8000),
    SYMLINK(0xA000),
    SOCKET(0xC000),
    /** A directory's listing does not tell the type on this filesystem. */
    UNKNOWN(0);

    private static final FileType[] BY_NIBBLE = new FileType[16];

    static {
        for (FileType type : values()) {
            BY_NIBBLE[type.bits >> 12] = type;
        }
    }

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /** As in {@code st_mode & S_IFMT}. */
    public int bits() {
        return bits;
    }

    public static FileType ofMode(int mode) {
        FileType type = BY_NIBBLE[(mode >> 12) & 15];
        return type == null ? UNKNOWN : type;
    }
}

package io.felucca.linux.files;

/** Flags of open(2), as this processor's kernel numbers them. O_CLOEXEC is always added. */
public final class Open {

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int READ_WRITE = 2;
    public static final int CREATE = 0x40;
    public static final int EXCLUSIVE = 0x80;
    public static final int NO_TERMINAL = 0x100;
    public static final int TRUNCATE = 0x200;
    public static final int APPEND = 0x400;
    public static final int NON_BLOCKING = 0x800;
    public static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int NO_FOLLOW = ARM ? 0x8000 : 0x20000;
    public static final int NO_ACCESS_TIME = 0x40000;
    public static final int PATH = 0x200000;

    private Open() {}
}

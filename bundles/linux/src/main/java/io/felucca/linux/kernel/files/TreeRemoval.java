package io.felucca.linux.kernel.files;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;

/**
 * Removes a tree without following links or entering mounts. Descriptors are bounded: what lies deeper than
 * {@link #DEPTH} is moved up to the tree's top first.
 */
final class TreeRemoval {

    private static final int DEPTH = 100;

    private final KernelDirectory top;
    private long moved;

    private TreeRemoval(KernelDirectory top) {
        this.top = top;
    }

    static boolean remove(KernelDirectory parent, byte[] name) {
        if (parent.find(name).isEmpty()) {
            return false;
        }
        KernelDirectory top = enter(parent, name);
        if (top == null) {
            return parent.unlink(name);
        }
        try (top) {
            return new TreeRemoval(top).removeDirectory(parent, name, top, 0);
        }
    }

    /** Null when it is no directory. */
    private static KernelDirectory enter(KernelDirectory parent, byte[] name) {
        int flags = Open.READ | Open.DIRECTORY | Open.NO_FOLLOW;
        int fd = parent.openat2(name, flags, 0, Resolve.NO_SYMLINKS.flags() | KernelDirectory.NO_CROSSING);
        if (fd >= 0) {
            return new KernelDirectory(fd, parent.below(name));
        }
        int errno = Libc.errno();
        if (errno == Errno.ENOTDIR || errno == Errno.ELOOP || errno == Errno.ENOENT) {
            return null;
        } else if (errno == Errno.EXDEV) {
            throw FeluccaException.conflict("cannot remove " + parent.below(name) + ": something is mounted on it");
        }
        throw Errno.failed("openat2", parent.below(name), errno);
    }

    /**
     * Empties a directory and removes it. One pass can leave something: subtrees that were moved up to the tree's top
     * behind what had been read by then, and names that somebody makes meanwhile.
     */
    private boolean removeDirectory(KernelDirectory parent, byte[] name, KernelDirectory directory, int depth) {
        while (true) {
            boolean any = empty(directory, depth);
            try {
                return parent.removeDirectory(name);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT || !any) {
                    throw e;
                }
            }
        }
    }

    /** Removes a directory's entries, read in batches; true when there was something. */
    private boolean empty(KernelDirectory directory, int depth) {
        boolean any = false;
        for (DirectoryEntry entry : directory.entries()) {
            any = true;
            boolean mayBeDirectory = entry.type() == FileType.DIRECTORY || entry.type() == FileType.UNKNOWN;
            KernelDirectory child = mayBeDirectory ? enter(directory, entry.name()) : null;
            if (child == null) {
                directory.unlink(entry.name());
                continue;
            }
            try (child) {
                if (depth >= DEPTH) {
                    directory.rename(entry.name(), top, freeName());
                } else {
                    removeDirectory(directory, entry.name(), child, depth + 1);
                }
            }
        }
        return any;
    }

    private byte[] freeName() {
        while (true) {
            byte[] name = (".removing-" + moved++).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            if (top.find(name).isEmpty()) {
                return name;
            }
        }
    }
}

package io.felucca.linux.kernel.mounts;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.charset.StandardCharsets;

/** mount(2) and the calls that replace it (fsopen, fsmount, open_tree, move_mount: kernel 5.2). */
final class MountCalls {

    static final long MOUNT_ATTR_IDMAP = 0x100000;

    private static final Libc.Function MOUNT = Libc.function("mount");
    private static final Libc.Function UMOUNT2 = Libc.function("umount2");
    private static final int SYS_OPEN_TREE = 428;
    private static final int SYS_MOVE_MOUNT = 429;
    private static final int SYS_FSOPEN = 430;
    private static final int SYS_FSCONFIG = 431;
    private static final int SYS_FSMOUNT = 432;
    private static final int SYS_MOUNT_SETATTR = 442;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int CLOSE_ON_EXEC = 1;

    private MountCalls() {}

    /** Returns errno, 0 for success. */
    static int mount(String source, String target, String type, long flags, String data) {
        Scratch scratch = Scratch.get().reset();
        int result = MOUNT.call(
                scratch.text(source),
                scratch.text(target),
                type == null ? 0 : scratch.text(type),
                flags,
                data == null ? 0 : scratch.text(data));
        return result < 0 ? Libc.errno() : 0;
    }

    static int unmount(String target, int flags) {
        return UMOUNT2.call(Scratch.get().reset().text(target), flags) < 0 ? Libc.errno() : 0;
    }

    static KernelFd openTree(String source, boolean recursive) {
        int flags = OPEN_TREE_CLONE | Libc.O_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
        int fd = Libc.SYSCALL.call(
                SYS_OPEN_TREE, Libc.AT_FDCWD, Scratch.get().reset().text(source), flags);
        if (fd < 0) {
            throw Errno.system("open_tree", source, Libc.errno());
        }
        return new KernelFd(fd, "mount of " + source);
    }

    static void setAttributes(KernelFd tree, boolean recursive, long attributes, int userNamespace) {
        Scratch scratch = Scratch.get().reset();
        long empty = scratch.text("");
        long struct = scratch.takeCleared(32);
        scratch.putLong(struct, attributes);
        scratch.putLong(struct + 24, userNamespace);
        int flags = Libc.AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
        if (Libc.SYSCALL.call(SYS_MOUNT_SETATTR, tree.number(), empty, flags, struct, 32) < 0) {
            int errno = Libc.errno();
            String message = Errno.message("mount_setattr", tree.subject(), errno);
            if (errno == Errno.EINVAL && (attributes & MOUNT_ATTR_IDMAP) != 0) {
                throw FeluccaException.unsupported(message + "; its filesystem takes no id map on this kernel");
            }
            throw FeluccaException.system(message);
        }
    }

    static void attach(KernelFd mount, String target) {
        Scratch scratch = Scratch.get().reset();
        long empty = scratch.text("");
        long path = scratch.text(target);
        int result =
                Libc.SYSCALL.call(SYS_MOVE_MOUNT, mount.number(), empty, Libc.AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
        if (result < 0) {
            throw Errno.system("move_mount", mount.subject() + " to " + target, Libc.errno());
        }
    }

    static KernelFd openFileSystem(String type) {
        int fd = Libc.SYSCALL.call(SYS_FSOPEN, Scratch.get().reset().text(type), CLOSE_ON_EXEC);
        if (fd < 0) {
            throw Errno.failed("fsopen", type, Libc.errno());
        }
        return new KernelFd(fd, type);
    }

    /** Returns errno, 0 for success. The kernel takes values up to 255 bytes. */
    static int configure(KernelFd fileSystem, String key, String value) {
        Scratch scratch = Scratch.get().reset();
        long name = scratch.text(key);
        long text = value == null ? 0 : scratch.text(value);
        int command = value == null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
        return Libc.SYSCALL.call(SYS_FSCONFIG, fileSystem.number(), command, name, text, 0) < 0 ? Libc.errno() : 0;
    }

    static KernelFd create(KernelFd fileSystem, String subject, long attributes) {
        if (Libc.SYSCALL.call(SYS_FSCONFIG, fileSystem.number(), FSCONFIG_CMD_CREATE, 0, 0, 0) < 0) {
            throw FeluccaException.system(Errno.message("cannot create", subject, Libc.errno()) + messages(fileSystem));
        }
        int fd = Libc.SYSCALL.call(SYS_FSMOUNT, fileSystem.number(), CLOSE_ON_EXEC, attributes);
        if (fd < 0) {
            throw Errno.system("fsmount", subject, Libc.errno());
        }
        return new KernelFd(fd, subject);
    }

    /** What the kernel says about a failure, a message a read. */
    private static String messages(KernelFd fileSystem) {
        StringBuilder text = new StringBuilder();
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(1024);
        try {
            while (fileSystem.read(buffer.clear()) > 0) {
                text.append("; ")
                        .append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).trim());
            }
        } catch (FeluccaException end) {
            // ENODATA: there are no more.
            return text.toString();
        }
        return text.toString();
    }
}

package io.felucca.linux.kernel.socket;

import io.felucca.linux.Inotify;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** inotify(7). */
final class KernelInotify extends KernelFd implements Inotify {

    private static final Libc.Function INIT = Libc.function("inotify_init1");
    private static final Libc.Function ADD_WATCH = Libc.function("inotify_add_watch");
    private static final Libc.Function REMOVE_WATCH = Libc.function("inotify_rm_watch");
    private static final int O_NONBLOCK = 0x800;
    private static final int IN_MODIFY = 0x2;
    private static final int IN_CLOSE = 0x18;
    private static final int IN_MOVED = 0xc0;
    private static final int IN_CREATE = 0x100;
    private static final int IN_OVERFLOW = 0x4000;
    private static final int IN_IGNORED = 0x8000;
    private static final int IN_ONLYDIR = 0x1000000;
    /** struct inotify_event without its name: watch, mask, cookie, length of the name. */
    private static final int EVENT_BYTES = 16;

    private static final int BUFFER_BYTES = 16 * 1024;

    KernelInotify() {
        super(INIT.call(Libc.O_CLOEXEC | O_NONBLOCK), "inotify");
        check(INIT, number());
    }

    @Override
    public int watch(Path folder) {
        return add(folder, IN_MODIFY | IN_MOVED | IN_CREATE | IN_ONLYDIR);
    }

    @Override
    public int watchClosing(Path file) {
        return add(file, IN_CLOSE);
    }

    private int add(Path path, int mask) {
        int watch = ADD_WATCH.call(number(), Scratch.get().reset().text(path.toString()), mask);
        if (watch < 0) {
            throw Errno.failed("inotify_add_watch", path.toString(), Libc.errno());
        }
        return watch;
    }

    @Override
    public void unwatch(int watch) {
        // EINVAL when its folder has gone: it is no more then either.
        REMOVE_WATCH.call(number(), watch);
    }

    @Override
    public Changes take() {
        Set<Integer> changed = new HashSet<>();
        Set<Integer> ended = new HashSet<>();
        boolean overflown = false;
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.nativeOrder());
        while (read(buffer) > 0) {
            buffer.flip();
            while (buffer.remaining() >= EVENT_BYTES) {
                int watch = buffer.getInt();
                int mask = buffer.getInt();
                buffer.getInt();
                int nameBytes = buffer.getInt();
                buffer.position(buffer.position() + nameBytes);
                overflown |= (mask & IN_OVERFLOW) != 0;
                ((mask & IN_IGNORED) != 0 ? ended : changed).add(watch);
            }
            buffer.clear();
        }
        changed.removeAll(ended);
        return new Changes(changed, ended, overflown);
    }
}

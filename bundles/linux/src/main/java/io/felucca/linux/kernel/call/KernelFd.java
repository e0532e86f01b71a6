package io.felucca.linux.kernel.call;

import io.felucca.linux.files.Fd;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A descriptor; what it is of is said in errors, and put into words only then. */
public class KernelFd implements Fd {

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    private final AtomicInteger number;
    private final Object subject;

    public KernelFd(int number, Object subject) {
        this.number = new AtomicInteger(number);
        this.subject = subject;
    }

    @Override
    public int number() {
        return number.get();
    }

    @Override
    public boolean isOpen() {
        return number.get() >= 0;
    }

    public String subject() {
        return subject.toString();
    }

    @Override
    public int read(ByteBuffer into) {
        return transfer(Libc.READ, into, false, -1);
    }

    @Override
    public int write(ByteBuffer from) {
        return transfer(Libc.WRITE, from, true, -1);
    }

    /** One read or write, at an offset unless that is negative. */
    protected final int transfer(Libc.Function call, ByteBuffer buffer, boolean write, long offset) {
        int wanted = buffer.remaining();
        if (wanted == 0) {
            return 0;
        }
        ByteBuffer direct = buffer;
        long address;
        if (buffer.isDirect()) {
            address = Scratch.address(buffer) + buffer.position();
        } else {
            Scratch scratch = Scratch.get();
            direct = scratch.large();
            address = scratch.largeAddress();
            direct.clear();
            wanted = Math.min(wanted, direct.capacity());
            if (write) {
                direct.put(0, buffer.array(), buffer.arrayOffset() + buffer.position(), wanted);
            }
        }
        int count = transfer(call, address, wanted, offset);
        if (count <= 0) {
            return count == 0 && !write ? END : count;
        }
        if (direct != buffer && !write) {
            direct.get(0, buffer.array(), buffer.arrayOffset() + buffer.position(), count);
        }
        buffer.position(buffer.position() + count);
        return count;
    }

    private int transfer(Libc.Function call, long address, int length, long offset) {
        while (true) {
            long count = offset < 0
                    ? call.callLong(number.get(), address, length)
                    : call.callLong(number.get(), address, length, offset);
            if (count >= 0) {
                return (int) count;
            }
            int errno = Libc.errno();
            if (errno == Errno.EAGAIN) {
                return WOULD_BLOCK;
            } else if (errno != Errno.EINTR) {
                throw Errno.system(call.name(), subject(), errno);
            }
        }
    }

    @Override
    public void setNonBlocking(boolean nonBlocking) {
        int flags = check(Libc.FCNTL, Libc.FCNTL.call(number.get(), F_GETFL, 0));
        int wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        check(Libc.FCNTL, Libc.FCNTL.call(number.get(), F_SETFL, wanted));
    }

    public final int check(Libc.Function call, int result) {
        if (result < 0) {
            throw Errno.system(call.name(), subject(), Libc.errno());
        }
        return result;
    }

    @Override
    public void close() {
        int closing = number.getAndSet(-1);
        if (closing >= 0) {
            Libc.CLOSE.call(closing);
        }
    }

    @Override
    public String toString() {
        return subject + " (descriptor " + number + ")";
    }
}

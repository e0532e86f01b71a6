package io.felucca.linux.kernel.net;

import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** A netlink(7) socket to the kernel, in the namespace of the thread that made it. One thread at a time. */
final class NetlinkSocket implements KeptSocket.Open, AutoCloseable {

    static final int ROUTE = 0;
    static final int NETFILTER = 12;

    private static final Libc.Function SOCKET = Libc.function("socket");
    private static final Libc.Function BIND = Libc.function("bind");
    private static final Libc.Function SET_OPTION = Libc.function("setsockopt");
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOL_NETLINK = 270;
    private static final int EXTENDED_ACK = 11;
    private static final int CAPPED_ACK = 10;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int EXTENDED = 0x200;
    private static final int CAPPED = 0x100;
    private static final int MESSAGE = 1;
    private static final int RECEIVE_BYTES = 64 * 1024;

    /** Kept for the next connection: direct memory comes back late. */
    private static final Queue<Buffers> FREE = new ConcurrentLinkedQueue<>();

    private final KernelFd socket;
    private Buffers buffers;

    private record Buffers(NetlinkMessages out, ByteBuffer in) {
        static Buffers make() {
            return new Buffers(
                    new NetlinkMessages(),
                    ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.nativeOrder()));
        }
    }

    /** For the namespace of this thread. */
    NetlinkSocket(int protocol) {
        this(open(protocol, 0));
    }

    /** For the namespace of whoever made the socket. */
    NetlinkSocket(KernelFd socket) {
        this.socket = socket;
        Buffers free = FREE.poll();
        buffers = free == null ? Buffers.make() : free;
        answerBriefly(socket);
    }

    /** The kernel's answers have its words on a failure, and not the whole message that failed. */
    static void answerBriefly(KernelFd socket) {
        Scratch scratch = Scratch.get().reset();
        long on = scratch.takeCleared(8);
        scratch.putInt(on, 1);
        SET_OPTION.call(socket.number(), SOL_NETLINK, EXTENDED_ACK, on, 4);
        SET_OPTION.call(socket.number(), SOL_NETLINK, CAPPED_ACK, on, 4);
    }

    @Override
    public int number() {
        return socket.number();
    }

    /** Begins anew; what this socket was to send is gone. */
    NetlinkMessages messages() {
        return buffers.out().clear();
    }

    /** Uses no memory of the thread. */
    static KernelFd open(int protocol, int flags) {
        int fd = SOCKET.call(AF_NETLINK, SOCK_RAW | Libc.O_CLOEXEC | flags, protocol);
        if (fd < 0) {
            throw Errno.failed("socket", "netlink " + protocol, Libc.errno());
        }
        return new KernelFd(fd, "netlink socket");
    }

    /**
     * A socket that does not block and gets what the kernel tells all who listen to these groups (a bit for each), where
     * the filter lets it pass.
     */
    static KernelFd listen(int protocol, int groups, SocketFilter filter) {
        KernelFd socket = open(protocol, SOCK_NONBLOCK);
        filter.attach(socket);
        Scratch scratch = Scratch.get().reset();
        long address = scratch.takeCleared(16);
        scratch.putShort(address, AF_NETLINK);
        scratch.putInt(address + 8, groups);
        if (BIND.call(socket.number(), address, 12) < 0) {
            int errno = Libc.errno();
            socket.close();
            throw Errno.system("bind", "netlink groups " + groups, errno);
        }
        return socket;
    }

    /** A failure: which message, errno, and what the kernel says to it or empty. */
    record Failure(int message, int errno, String words) {}

    /** Sends messages that ask for an acknowledgement each, and returns the first failure, null for none. */
    Failure send(NetlinkMessages messages) {
        socket.writeFully(messages.toSend());
        Failure first = null;
        ByteBuffer received = buffers.in();
        for (int answered = 0; answered < messages.count(); ) {
            socket.read(received.clear());
            received.flip();
            while (received.remaining() >= NetlinkMessages.HEADER_BYTES) {
                int at = received.position();
                int length = received.getInt(at);
                if (received.getShort(at + 4) == ERROR) {
                    answered++;
                    int errno = -received.getInt(at + NetlinkMessages.HEADER_BYTES);
                    if (errno != 0 && first == null) {
                        first = new Failure(received.getInt(at + 8), errno, words(received, at, length));
                    }
                }
                received.position(Math.min(received.limit(), at + (length + 3 & ~3)));
            }
        }
        return first;
    }

    /**
     * Sends a question and hands on the body of each answer, position behind the netlink header, limit at its end.
     *
     * @return errno, 0 for success
     */
    int ask(NetlinkMessages question, Consumer<ByteBuffer> answers) {
        socket.writeFully(question.toSend());
        ByteBuffer received = buffers.in();
        while (true) {
            socket.read(received.clear());
            int end = received.flip().limit();
            for (int at = 0; end - at >= NetlinkMessages.HEADER_BYTES; ) {
                int length = received.getInt(at);
                int type = received.getShort(at + 4);
                if (type == ERROR) {
                    return -received.getInt(at + NetlinkMessages.HEADER_BYTES);
                } else if (type == DONE) {
                    return 0;
                }
                answers.accept(received.limit(at + length).position(at + NetlinkMessages.HEADER_BYTES));
                received.limit(end);
                at += length + 3 & ~3;
            }
        }
    }

    /** What the kernel says to a failure, or empty. */
    static String words(ByteBuffer received, int at, int length) {
        int flags = received.getShort(at + 6);
        if ((flags & EXTENDED) == 0) {
            return "";
        }
        int echoed = (flags & CAPPED) != 0
                ? NetlinkMessages.HEADER_BYTES
                : received.getInt(at + NetlinkMessages.HEADER_BYTES + 4) + 3 & ~3;
        int attribute = at + NetlinkMessages.HEADER_BYTES + 4 + echoed;
        while (attribute + 4 <= at + length) {
            int size = received.getShort(attribute);
            if (received.getShort(attribute + 2) == MESSAGE) {
                byte[] text = new byte[size - 5];
                received.get(attribute + 4, text);
                return new String(text, StandardCharsets.UTF_8);
            }
            attribute += Math.max(4, size + 3 & ~3);
        }
        return "";
    }

    @Override
    public void close() {
        socket.close();
        if (buffers != null) {
            FREE.add(buffers);
            buffers = null;
        }
    }
}

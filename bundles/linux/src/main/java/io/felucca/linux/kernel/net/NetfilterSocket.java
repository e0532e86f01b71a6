package io.felucca.linux.kernel.net;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A socket of nfnetlink, in the namespace of the thread that opened it. The kernel has carried out what was sent when
 * sending returns, and its answers are there. One thread at a time.
 */
final class NetfilterSocket implements KeptSocket.Open, AutoCloseable {

    private static final Libc.Function SET_OPTION = Libc.function("setsockopt");
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int BUFFER_BYTES = 64 * 1024;
    /** What a socket takes as it is. */
    private static final int SENT_BYTES = 128 * 1024;

    private final KernelFd socket;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

    NetfilterSocket(KernelFd socket) {
        this.socket = socket;
        NetlinkSocket.answerBriefly(socket);
    }

    /** For the namespace of this thread. */
    static KernelFd open() {
        return NetlinkSocket.open(NetlinkSocket.NETFILTER, SOCK_NONBLOCK);
    }

    @Override
    public int number() {
        return socket.number();
    }

    /** All of the transaction or nothing of it. */
    void apply(NftTransaction transaction) {
        send(transaction.messages());
        NetlinkSocket.Failure first = null;
        boolean acknowledged = false;
        while (receive()) {
            for (int at = 0; in.limit() - at >= NetlinkMessages.HEADER_BYTES; at += size(at)) {
                if (in.getShort(at + 4) != ERROR) {
                    continue;
                }
                int errno = -in.getInt(at + NetlinkMessages.HEADER_BYTES);
                int message = in.getInt(at + 8);
                acknowledged |= errno == 0 && message == transaction.last();
                if (errno != 0 && (first == null || message < first.message())) {
                    first = new NetlinkSocket.Failure(message, errno, NetlinkSocket.words(in, at, in.getInt(at)));
                }
            }
        }
        if (first != null) {
            String words = first.words().isEmpty() ? "" : " (" + first.words() + ")";
            throw Errno.failed("nftables,", transaction.describe(first.message()) + words, first.errno());
        }
        if (!acknowledged) {
            throw FeluccaException.system("nftables, " + transaction.describe(0) + " has got no answer");
        }
    }

    /**
     * Sends a question and hands on the attributes of each answer, position at the first, limit behind the last.
     *
     * @return errno, 0 for success
     */
    int ask(NftMessages question, Consumer<ByteBuffer> answers) {
        send(question);
        int errno = 0;
        while (receive()) {
            int end = in.limit();
            for (int at = 0; end - at >= NetlinkMessages.HEADER_BYTES; at += size(at)) {
                int type = in.getShort(at + 4);
                if (type == ERROR) {
                    errno = -in.getInt(at + NetlinkMessages.HEADER_BYTES);
                } else if (type != DONE) {
                    answers.accept(in.limit(at + in.getInt(at)).position(at + NetlinkMessages.HEADER_BYTES));
                    in.limit(end);
                }
            }
        }
        return errno;
    }

    private int size(int at) {
        return Math.max(NetlinkMessages.HEADER_BYTES, in.getInt(at) + 3 & ~3);
    }

    private void send(NftMessages messages) {
        ByteBuffer bytes = messages.toSend();
        int length = bytes.remaining();
        if (length > SENT_BYTES) {
            Scratch scratch = Scratch.get().reset();
            long size = scratch.takeCleared(4);
            scratch.putInt(size, 2 * length);
            if (SET_OPTION.call(socket.number(), SOL_SOCKET, SO_SNDBUFFORCE, size, 4) < 0) {
                throw Errno.system("setsockopt SO_SNDBUFFORCE", "netlink socket", Libc.errno());
            }
        }
        ByteBuffer direct = length > BUFFER_BYTES ? ByteBuffer.allocateDirect(length) : out.clear();
        direct.put(bytes).flip();
        if (socket.write(direct) != length) {
            throw FeluccaException.system("the netlink socket has not taken a message of " + length + " bytes");
        }
    }

    /** Whether the next answers are there. */
    private boolean receive() {
        boolean there = socket.read(in.clear()) > 0;
        in.flip();
        return there;
    }

    @Override
    public void close() {
        socket.close();
    }
}

package io.felucca.linux.kernel.net;

import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.net.Conntrack;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** ctnetlink (linux/netfilter/nfnetlink_conntrack.h). */
@Component
public final class KernelConntrack implements Conntrack {

    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = SUBSYSTEM | 1;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int TUPLE_ORIGINAL = 1;
    private static final int TUPLE_REPLY = 2;
    private static final int TUPLE_ADDRESSES = 1;
    private static final int TUPLE_PROTOCOL = 2;
    private static final int PROTOCOL_NUMBER = 1;
    private static final int PROTOCOL_FROM_PORT = 2;
    private static final int PROTOCOL_TO_PORT = 3;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int HEADER_BYTES = 4;

    private final KeptSocket<NetlinkSocket> ofProcess =
            new KeptSocket<>(() -> new NetlinkSocket(NetlinkSocket.NETFILTER));

    /** A flow as the kernel tells it: its family and the tuple of its first packet. */
    private record Flow(int family, byte[] tuple) {}

    @Override
    public void forget(int protocol, Set<Integer> ports) {
        if (ports.isEmpty()) {
            return;
        }
        ofProcess.call(socket -> {
            forget(socket, protocol, ports);
            return null;
        });
    }

    private static void forget(NetlinkSocket socket, int protocol, Set<Integer> ports) {
        List<Flow> flows = new ArrayList<>();
        NetlinkMessages question = socket.messages().begin(GET, NetlinkMessages.REQUEST | NetlinkMessages.DUMP);
        int errno = socket.ask(question.u32(0).end(), body -> read(body, protocol, ports, flows));
        if (errno != 0) {
            throw Errno.failed("reading flows", "nf_conntrack", errno);
        }
        for (Flow flow : flows) {
            NetlinkMessages deletion = socket.messages().begin(DELETE, NetlinkMessages.REQUEST | NetlinkMessages.ACK);
            deletion.u8(flow.family()).u8(0).u16(0).nested(TUPLE_ORIGINAL, flow.tuple());
            NetlinkSocket.Failure failure = socket.send(deletion.end());
            if (failure != null && failure.errno() != Errno.ENOENT) {
                throw Errno.failed("forgetting a flow", "nf_conntrack", failure.errno());
            }
        }
    }

    /** The descriptor of the socket that is kept. */
    OptionalInt socket() {
        return ofProcess.number();
    }

    @Deactivate
    void close() {
        ofProcess.close();
    }

    private static void read(ByteBuffer body, int protocol, Set<Integer> ports, List<Flow> flows) {
        int at = body.position();
        byte[] tuple = NetlinkAttributes.read(body, at + HEADER_BYTES).get(TUPLE_ORIGINAL);
        Map<Integer, byte[]> end = NetlinkAttributes.read(
                NetlinkAttributes.wrap(
                        NetlinkAttributes.read(NetlinkAttributes.wrap(tuple), 0).get(TUPLE_PROTOCOL)),
                0);
        byte[] port = end.get(PROTOCOL_TO_PORT);
        boolean wanted = end.get(PROTOCOL_NUMBER)[0] == (byte) protocol && port != null && ports.contains(port(port));
        if (wanted) {
            flows.add(new Flow(body.get(at), tuple));
        }
    }

    @Override
    public Optional<InetSocketAddress> destination(int protocol, InetSocketAddress from, InetSocketAddress to) {
        return ofProcess.call(socket -> destination(socket, protocol, from, to));
    }

    private static Optional<InetSocketAddress> destination(
            NetlinkSocket socket, int protocol, InetSocketAddress from, InetSocketAddress to) {
        boolean ipv6 = to.getAddress().getAddress().length == 16;
        NetlinkMessages question = socket.messages().begin(GET, NetlinkMessages.REQUEST | NetlinkMessages.ACK);
        question.u8(ipv6 ? AF_INET6 : AF_INET).u8(0).u16(0);
        // The answers of the flow go from here to there.
        int tuple = question.nest(TUPLE_REPLY);
        int addresses = question.nest(TUPLE_ADDRESSES);
        question.attribute(ipv6 ? 3 : 1, to.getAddress()).attribute(ipv6 ? 4 : 2, from.getAddress());
        question.endNest(addresses);
        int ends = question.nest(TUPLE_PROTOCOL);
        question.attribute(PROTOCOL_NUMBER, (byte) protocol)
                .attribute(PROTOCOL_FROM_PORT, bytes(to.getPort()))
                .attribute(PROTOCOL_TO_PORT, bytes(from.getPort()))
                .endNest(ends)
                .endNest(tuple);
        List<InetSocketAddress> found = new ArrayList<>(1);
        int errno = socket.ask(question.end(), body -> found.add(destination(body)));
        if (errno != 0 && errno != Errno.ENOENT) {
            throw Errno.failed("looking up a flow", from + " to " + to, errno);
        }
        return found.stream().findFirst();
    }

    private static byte[] bytes(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    private static InetSocketAddress destination(ByteBuffer body) {
        byte[] tuple =
                NetlinkAttributes.read(body, body.position() + HEADER_BYTES).get(TUPLE_ORIGINAL);
        Map<Integer, byte[]> parts = NetlinkAttributes.read(NetlinkAttributes.wrap(tuple), 0);
        Map<Integer, byte[]> addresses = NetlinkAttributes.read(NetlinkAttributes.wrap(parts.get(TUPLE_ADDRESSES)), 0);
        Map<Integer, byte[]> ends = NetlinkAttributes.read(NetlinkAttributes.wrap(parts.get(TUPLE_PROTOCOL)), 0);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(addresses.getOrDefault(4, addresses.get(2))),
                    port(ends.get(PROTOCOL_TO_PORT)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int port(byte[] bigEndian) {
        return ByteBuffer.wrap(bigEndian).order(ByteOrder.BIG_ENDIAN).getShort() & 0xffff;
    }
}

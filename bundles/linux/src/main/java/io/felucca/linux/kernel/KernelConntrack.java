package io.felucca.linux.kernel;

import io.felucca.linux.net.Conntrack;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** ctnetlink (linux/netfilter/nfnetlink_conntrack.h). */
@Component
public final class KernelConntrack implements Conntrack {

    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = SUBSYSTEM | 1;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int TUPLE_ORIGINAL = 1;
    private static final int TUPLE_PROTOCOL = 2;
    private static final int PROTOCOL_NUMBER = 1;
    private static final int PROTOCOL_TO_PORT = 3;
    private static final int HEADER_BYTES = 4;

    /** A flow as the kernel tells it: its family and the tuple of its first packet. */
    private record Flow(int family, byte[] tuple) {}

    @Override
    public void forget(int protocol, Set<Integer> ports) {
        if (ports.isEmpty()) {
            return;
        }
        List<Flow> flows = new ArrayList<>();
        try (NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.NETFILTER)) {
            NetlinkMessages question = socket.messages().begin(GET, NetlinkMessages.REQUEST | NetlinkMessages.DUMP);
            int errno = socket.ask(question.u32(0).end(), body -> read(body, protocol, ports, flows));
            if (errno != 0) {
                throw Errno.failed("reading flows", "nf_conntrack", errno);
            }
            for (Flow flow : flows) {
                NetlinkMessages deletion =
                        socket.messages().begin(DELETE, NetlinkMessages.REQUEST | NetlinkMessages.ACK);
                deletion.u8(flow.family()).u8(0).u16(0).nested(TUPLE_ORIGINAL, flow.tuple());
                NetlinkSocket.Failure failure = socket.send(deletion.end());
                if (failure != null && failure.errno() != Errno.ENOENT) {
                    throw Errno.failed("forgetting a flow", "nf_conntrack", failure.errno());
                }
            }
        }
    }

    private static void read(ByteBuffer body, int protocol, Set<Integer> ports, List<Flow> flows) {
        int at = body.position();
        byte[] tuple = NetlinkAttributes.read(body, at + HEADER_BYTES).get(TUPLE_ORIGINAL);
        Map<Integer, byte[]> end = NetlinkAttributes.read(
                NetlinkAttributes.wrap(
                        NetlinkAttributes.read(NetlinkAttributes.wrap(tuple), 0).get(TUPLE_PROTOCOL)),
                0);
        byte[] port = end.get(PROTOCOL_TO_PORT);
        boolean wanted = end.get(PROTOCOL_NUMBER)[0] == (byte) protocol
                && port != null
                && ports.contains(
                        ByteBuffer.wrap(port).order(ByteOrder.BIG_ENDIAN).getShort() & 0xffff);
        if (wanted) {
            flows.add(new Flow(body.get(at), tuple));
        }
    }
}

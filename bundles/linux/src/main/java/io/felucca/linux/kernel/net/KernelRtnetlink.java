package io.felucca.linux.kernel.net;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.net.NetworkChange;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.Rtnetlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;

/** rtnetlink(7) sockets. */
@Component
public final class KernelRtnetlink implements Rtnetlink {

    /** RTMGRP_LINK. */
    private static final int GROUP_LINKS = 1;
    /** Where a message has the low byte of its type, its family, and its device's name, which is the first attribute. */
    private static final int TYPE_AT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 4 : 5;

    private static final int FAMILY_AT = 16;
    private static final int NAME_AT = 16 + 16 + 4;
    private static final int VETH =
            ByteBuffer.wrap("veth".getBytes(StandardCharsets.US_ASCII)).getInt();
    /** Without what a bridge tells of its ports, which is of another family. */
    private static final SocketFilter REMOVALS = new SocketFilter(8)
            .loadByte(TYPE_AT)
            .compare(RouteMessages.DELETE_LINK, 0, 4)
            .loadByte(FAMILY_AT)
            .compare(0, 0, 2)
            .loadWord(NAME_AT)
            .compare(VETH, 0, 1)
            .drop()
            .accept();

    private static final int RECEIVE_BYTES = 16 * 1024;

    @Override
    public Fd watchRemovals() {
        return NetlinkSocket.listen(NetlinkSocket.ROUTE, GROUP_LINKS, REMOVALS);
    }

    @Override
    public Optional<Set<String>> removed(Fd watch) {
        ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.nativeOrder());
        Set<String> names = new HashSet<>();
        try {
            while (watch.read(received.clear()) >= 0) {
                int end = received.flip().limit();
                for (int at = 0; end - at >= NetlinkMessages.HEADER_BYTES; ) {
                    int length = received.getInt(at);
                    names.add(
                            RouteAnswers.device(received.limit(at + length).position(at + NetlinkMessages.HEADER_BYTES))
                                    .name());
                    received.limit(end);
                    at += length + 3 & ~3;
                }
            }
            return Optional.of(names);
        } catch (FeluccaException overrun) {
            // ENOBUFS: more happened than the socket could hold.
            return Optional.empty();
        }
    }

    @Override
    public Connection open() {
        return new Socket(new NetlinkSocket(NetlinkSocket.ROUTE));
    }

    @Override
    public Connection open(Path namespace) {
        return new Socket(new NetlinkSocket(
                KernelNamespaces.callIn(namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE, 0))));
    }

    /** A connection over one socket. */
    static final class Socket implements Connection {

        private final NetlinkSocket socket;

        Socket(NetlinkSocket socket) {
            this.socket = socket;
        }

        @Override
        public void apply(List<NetworkChange> changes) {
            int bridge = bridge(changes);
            NetlinkMessages messages = socket.messages();
            changes.forEach(change -> RouteMessages.write(messages, change, bridge));
            NetlinkSocket.Failure failure = socket.send(messages);
            if (failure != null) {
                String words = failure.words().isEmpty() ? "" : " (" + failure.words() + ")";
                throw Errno.failed("rtnetlink", changes.get(failure.message()) + words, failure.errno());
            }
        }

        /** Index of the bridge that a new veth of these is to be a port of; 0 for none. */
        private int bridge(List<NetworkChange> changes) {
            for (NetworkChange change : changes) {
                if (change instanceof AddVeth veth) {
                    return find(veth.bridge())
                            .orElseThrow(() -> FeluccaException.notFound("there is no bridge " + veth.bridge()))
                            .index();
                }
            }
            return 0;
        }

        @Override
        public Optional<Device> find(String name) {
            List<Device> found = new ArrayList<>(1);
            int errno = socket.ask(
                    RouteMessages.askDevice(socket.messages(), name), body -> found.add(RouteAnswers.device(body)));
            if (errno != 0 && errno != Errno.ENODEV) {
                throw Errno.failed("rtnetlink", "device " + name, errno);
            }
            return found.stream().findFirst();
        }

        @Override
        public List<Device> devices() {
            List<Device> devices = new ArrayList<>();
            dump(RouteMessages.GET_LINK, body -> devices.add(RouteAnswers.device(body)));
            return devices;
        }

        @Override
        public List<Address> addresses() {
            List<Address> addresses = new ArrayList<>();
            dump(RouteMessages.GET_ADDRESS, body -> addresses.add(RouteAnswers.address(body)));
            return addresses;
        }

        @Override
        public List<Route> routes() {
            List<Route> routes = new ArrayList<>();
            dump(RouteMessages.GET_ROUTE, body -> RouteAnswers.route(body).ifPresent(routes::add));
            return routes;
        }

        private void dump(int type, Consumer<ByteBuffer> each) {
            int errno = socket.ask(RouteMessages.askAll(socket.messages(), type), each);
            if (errno != 0) {
                throw Errno.failed("rtnetlink", "dump " + type, errno);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}

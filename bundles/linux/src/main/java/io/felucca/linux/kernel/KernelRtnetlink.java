package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.net.NetworkChange;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.Rtnetlink;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;

/** rtnetlink(7) sockets. */
@Component
public final class KernelRtnetlink implements Rtnetlink {

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

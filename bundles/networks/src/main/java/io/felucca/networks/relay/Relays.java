package io.felucca.networks.relay;

import io.felucca.FeluccaException;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.Protocol;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays published ports that the kernel cannot carry, in this process: they end with the engine and begin again with it.
 * One port of each protocol takes the connections of all, led there by the port mapper; which port a peer asked for is
 * looked up. So a relayed port costs an entry of a table, and a range of any length one. Thread-safe.
 */
public final class Relays implements AutoCloseable {

    /** Tells where a peer sent its first packet, before it was led here. */
    public interface Destinations {
        Optional<InetSocketAddress> find(Protocol protocol, InetSocketAddress peer, InetSocketAddress here);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Relays.class);

    private final Destinations destinations;
    private final Map<String, List<Binding>> relayed = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final Map<InetAddress, UdpRelay> udp = new HashMap<>();
    /** Addresses of which it has been told that their socket cannot be made. */
    private final Set<InetAddress> unbound = new HashSet<>();

    private RelayLoop loop;
    private TcpRelay tcp;
    private int udpPort;

    public Relays(Destinations destinations) {
        this.destinations = destinations;
    }

    /** Relays these bindings in the place of what is relayed for a container. Connections go on. */
    public void change(String containerId, List<Binding> bindings) {
        if (bindings.isEmpty()) {
            relayed.remove(containerId);
        } else {
            relayed.put(containerId, List.copyOf(bindings));
        }
        changes.incrementAndGet();
    }

    /** The port of this host that takes what is to be relayed. @throws FeluccaException SYSTEM, UNSUPPORTED for SCTP */
    public synchronized int port(Protocol protocol) {
        try {
            if (loop == null) {
                loop = new RelayLoop();
            }
            return switch (protocol) {
                case TCP -> tcpPort();
                case UDP -> udpPort();
                case SCTP -> throw FeluccaException.unsupported("sctp ports are not relayed");
            };
        } catch (IOException e) {
            throw FeluccaException.system("opening the relay of " + protocol.text() + " ports: " + e.getMessage(), e);
        }
    }

    private int tcpPort() throws IOException {
        if (tcp == null || !tcp.isOpen()) {
            tcp = new TcpRelay(loop, new Targets(Protocol.TCP));
        }
        return tcp.port();
    }

    /** A socket for each address of the host, so that answers leave from the one that was asked; those of links alone. */
    private int udpPort() throws IOException {
        IOException failure = null;
        List<InetAddress> addresses = addresses();
        closeOthers(addresses);
        for (InetAddress address : addresses) {
            if (!udp.containsKey(address)) {
                try {
                    UdpRelay relay =
                            new UdpRelay(loop, new InetSocketAddress(address, udpPort), new Targets(Protocol.UDP));
                    udpPort = relay.port();
                    udp.put(address, relay);
                    unbound.remove(address);
                } catch (IOException e) {
                    // One that is being made, perhaps: the next time.
                    if (unbound.add(address)) {
                        LOG.warn("udp ports on {} are not relayed yet: {}", address.getHostAddress(), e.toString());
                    }
                    failure = e;
                }
            }
        }
        if (udp.isEmpty()) {
            throw failure == null ? new IOException("this host has no address") : failure;
        }
        return udpPort;
    }

    /** Sockets of addresses that have gone, and those that failed. */
    private void closeOthers(List<InetAddress> addresses) {
        unbound.retainAll(addresses);
        udp.entrySet().removeIf(one -> {
            UdpRelay relay = one.getValue();
            boolean goes = !addresses.contains(one.getKey()) || !relay.isOpen();
            if (goes) {
                loop.execute(relay::close);
            }
            return goes;
        });
    }

    private static List<InetAddress> addresses() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !(address instanceof Inet6Address && address.isLinkLocalAddress()))
                .toList();
    }

    private final class Targets implements RelayTargets {
        private final Protocol protocol;

        Targets(Protocol protocol) {
            this.protocol = protocol;
        }

        /** Who asks for the relay's own port asks for nothing. */
        @Override
        public Optional<InetSocketAddress> find(InetSocketAddress peer, InetSocketAddress here) {
            return destinations.find(protocol, peer, here).flatMap(this::target);
        }

        private Optional<InetSocketAddress> target(InetSocketAddress asked) {
            return relayed.values().stream()
                    .flatMap(List::stream)
                    .filter(binding -> isOf(binding, protocol, asked))
                    .map(binding -> new InetSocketAddress(
                            binding.containerAddress(), binding.containerPort() + asked.getPort() - binding.hostPort()))
                    .findFirst();
        }

        @Override
        public long changes() {
            return changes.get();
        }
    }

    private static boolean isOf(Binding binding, Protocol protocol, InetSocketAddress asked) {
        InetAddress host = binding.hostAddress();
        boolean any = host.isAnyLocalAddress()
                && host.getAddress().length == asked.getAddress().getAddress().length;
        return binding.protocol() == protocol
                && (any || host.equals(asked.getAddress()))
                && binding.hostPort() <= asked.getPort()
                && asked.getPort() < binding.hostPort() + binding.count();
    }

    @Override
    public synchronized void close() {
        relayed.clear();
        try {
            if (loop != null) {
                loop.close();
            }
        } catch (IOException e) {
            throw FeluccaException.system("ending the relays", e);
        }
    }
}

package io.felucca.networks.names;

import io.felucca.FeluccaException;
import io.felucca.linux.net.Namespaces;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandboxes;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.dns.NameBook;
import io.felucca.networks.dns.NameServer;
import io.felucca.networks.ports.PortPublisher;
import io.felucca.networks.state.NetworkRegistry;
import io.felucca.networks.state.NetworkState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens the name service in containers' namespaces, and knows who is called what in which network. */
public final class NameService implements NameBook {

    private static final int SERVICE_PORT = 53;

    private record Asker(Member member, Sandbox sandbox) {}

    private final NetworkRegistry registry;
    private final PortPublisher publisher;
    private final Namespaces namespaces;
    private final HostResolvers resolvers;
    private final NameServer server = new NameServer(this);
    private final Map<String, Asker> askers = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    public NameService(
            NetworkRegistry registry, PortPublisher publisher, Namespaces namespaces, HostResolvers resolvers) {
        this.registry = registry;
        this.publisher = publisher;
        this.namespaces = namespaces;
        this.resolvers = resolvers;
    }

    /** For one that is served already only what it is told changes. */
    public void open(Member member, Sandbox sandbox, Path namespace) {
        askers.put(member.containerId(), new Asker(member, sandbox));
        if (server.serves(member.containerId())) {
            return;
        }
        Sockets sockets = namespaces.call(namespace, NameService::bind);
        // Not in there: a thread that were started there would stay in the namespace.
        try {
            publisher.redirect(
                    namespace,
                    Sandboxes.NAME_SERVER,
                    port(sockets.udp.getLocalAddress()),
                    port(sockets.tcp.getLocalAddress()));
            server.open(member.containerId(), sockets.udp, sockets.tcp);
        } catch (IOException e) {
            sockets.close();
            throw FeluccaException.system(
                    "cannot serve names to container " + member.containerId() + ": " + e.getMessage(), e);
        } catch (FeluccaException e) {
            sockets.close();
            throw e;
        }
    }

    private record Sockets(DatagramChannel udp, ServerSocketChannel tcp) {

        void close() {
            NameServer.closeQuietly(udp);
            NameServer.closeQuietly(tcp);
        }
    }

    private static Sockets bind() throws IOException {
        InetAddress address = Cidr.parseAddress(Sandboxes.NAME_SERVER);
        Sockets sockets = new Sockets(
                DatagramChannel.open(StandardProtocolFamily.INET),
                ServerSocketChannel.open(StandardProtocolFamily.INET));
        try {
            sockets.udp.bind(new InetSocketAddress(address, 0));
            sockets.tcp.bind(new InetSocketAddress(address, 0));
            return sockets;
        } catch (IOException e) {
            sockets.close();
            throw e;
        }
    }

    private static int port(java.net.SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    public void close(String containerId) {
        askers.remove(containerId);
        server.close(containerId);
    }

    public void close() {
        server.close();
    }

    private List<NetworkState> networks(String containerId) {
        Asker asker = askers.get(containerId);
        List<NetworkState> networks = new ArrayList<>();
        if (asker != null) {
            for (Endpoint endpoint : asker.sandbox.endpoints()) {
                registry.find(endpoint.networkId())
                        .filter(NetworkState::isUsers)
                        .ifPresent(networks::add);
            }
        }
        return networks;
    }

    @Override
    public Optional<List<InetAddress>> addresses(String containerId, String name) {
        Asker asker = askers.get(containerId);
        List<InetAddress> found = new ArrayList<>();
        for (NetworkState network : networks(containerId)) {
            String alone = name.endsWith("." + lower(network.name()))
                    ? name.substring(0, name.length() - network.name().length() - 1)
                    : name;
            String linked = linked(asker, network, alone);
            for (NetworkState.Place place : network.places.values()) {
                if (isCalled(place, linked)) {
                    add(place.endpoint(), found);
                }
            }
            if (!found.isEmpty()) {
                break;
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Collections.rotate(found, turn.getAndIncrement() % found.size());
        return Optional.of(found);
    }

    /** The name that an alias of the asker's own links stands for, else the same. */
    private static String linked(Asker asker, NetworkState network, String name) {
        return asker.sandbox.in(network.id()).stream()
                .flatMap(endpoint -> endpoint.spec().links().stream())
                .filter(link -> lower(link.substring(link.indexOf(':') + 1)).equals(name))
                .map(link -> lower(link.contains(":") ? link.substring(0, link.indexOf(':')) : link))
                .findFirst()
                .orElse(name);
    }

    private static boolean isCalled(NetworkState.Place place, String name) {
        return lower(place.name()).equals(name)
                || lower(place.hostname()).equals(name)
                || place.containerId().equals(name)
                || place.containerId().substring(0, 12).equals(name)
                || place.endpoint().spec().aliases().stream()
                        .anyMatch(alias -> lower(alias).equals(name));
    }

    private static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    private static void add(Endpoint endpoint, List<InetAddress> found) {
        for (String address : List.of(endpoint.ipv4Address(), endpoint.ipv6Address())) {
            if (!address.isEmpty()) {
                found.add(Cidr.parseAddress(address));
            }
        }
    }

    @Override
    public Optional<String> name(String containerId, InetAddress address) {
        for (NetworkState network : networks(containerId)) {
            for (NetworkState.Place place : network.places.values()) {
                List<InetAddress> own = new ArrayList<>();
                add(place.endpoint(), own);
                if (own.contains(address)) {
                    return Optional.of(place.name() + "." + network.name());
                }
            }
        }
        return Optional.empty();
    }

    /** A container that no network leads out of asks nobody outside. */
    @Override
    public List<InetSocketAddress> servers(String containerId) {
        Asker asker = askers.get(containerId);
        if (asker == null || asker.sandbox.outer().isEmpty()) {
            return List.of();
        }
        List<String> addresses = asker.member.dns().isEmpty() ? resolvers.servers() : asker.member.dns();
        return addresses.stream()
                .map(address -> new InetSocketAddress(Cidr.parseAddress(address), SERVICE_PORT))
                .toList();
    }
}

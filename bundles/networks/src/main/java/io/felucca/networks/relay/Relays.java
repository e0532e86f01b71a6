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
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays of published ports that the kernel cannot carry, in this process: they end with the engine and begin again with
 * it. Thread-safe.
 */
public final class Relays implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Relays.class);

    private final Map<String, Map<Binding, RelayLoop.Handler>> relays = new HashMap<>();
    private RelayLoop loop;

    /**
     * Relays these bindings in the place of what is relayed for a container; those that stay keep their connections.
     *
     * @param bindings single ports; their own sockets must not be bound any more. SCTP is not relayed
     * @throws FeluccaException CONFLICT when another program has taken a port; then nothing has changed
     */
    public synchronized void change(String containerId, List<Binding> bindings) {
        Map<Binding, RelayLoop.Handler> before = relays.getOrDefault(containerId, Map.of());
        Map<Binding, RelayLoop.Handler> after = new HashMap<>();
        Set<Binding> fresh = new HashSet<>();
        try {
            for (Binding binding : bindings) {
                RelayLoop.Handler there = before.get(binding);
                if (there != null) {
                    after.put(binding, there);
                } else if (binding.protocol() == Protocol.SCTP) {
                    LOG.warn(
                            "{} port {} of {} is not relayed",
                            binding.protocol().text(),
                            binding.hostPort(),
                            containerId);
                } else {
                    after.put(binding, open(binding));
                    fresh.add(binding);
                }
            }
        } catch (FeluccaException e) {
            end(fresh.stream().map(after::get).toList());
            throw e;
        }
        end(before.keySet().stream()
                .filter(binding -> !after.containsKey(binding))
                .map(before::get)
                .toList());
        if (after.isEmpty()) {
            relays.remove(containerId);
        } else {
            relays.put(containerId, after);
        }
    }

    private void end(List<RelayLoop.Handler> gone) {
        if (!gone.isEmpty()) {
            loop.end(gone);
        }
    }

    private RelayLoop.Handler open(Binding binding) {
        List<RelayLoop.Handler> opened = new ArrayList<>();
        try {
            for (InetAddress address : addresses(binding.hostAddress())) {
                opened.add(open(binding, address));
            }
            return new Together(opened);
        } catch (FeluccaException e) {
            end(opened);
            throw e;
        }
    }

    /**
     * The JDK's socket on every IPv6 address takes the port of every IPv4 address too, which the kernel carries: one on each
     * address that the host has now, but those of a link alone.
     */
    private static List<InetAddress> addresses(InetAddress host) {
        if (!host.isAnyLocalAddress()) {
            return List.of(host);
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet6Address && !address.isLinkLocalAddress())
                    .toList();
        } catch (SocketException e) {
            throw FeluccaException.system("reading this host's addresses", e);
        }
    }

    private RelayLoop.Handler open(Binding binding, InetAddress address) {
        InetSocketAddress listen = new InetSocketAddress(address, binding.hostPort());
        InetSocketAddress target = new InetSocketAddress(binding.containerAddress(), binding.containerPort());
        try {
            if (loop == null) {
                loop = new RelayLoop();
            }
            return binding.protocol() == Protocol.UDP
                    ? new UdpRelay(loop, listen, target)
                    : new TcpRelay(loop, listen, target);
        } catch (IOException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.CONFLICT,
                    "listen " + binding.protocol().text() + " [" + address.getHostAddress() + "]:" + binding.hostPort()
                            + ": " + e.getMessage(),
                    e);
        }
    }

    /** The listeners of one binding. */
    private record Together(List<RelayLoop.Handler> listeners) implements RelayLoop.Handler {
        @Override
        public void ready(SelectionKey key) {
            throw new IllegalStateException("only its listeners are served");
        }

        @Override
        public void close() {
            listeners.forEach(RelayLoop.Handler::close);
        }
    }

    @Override
    public synchronized void close() {
        end(relays.values().stream().flatMap(each -> each.values().stream()).toList());
        relays.clear();
        try {
            if (loop != null) {
                loop.close();
            }
        } catch (IOException e) {
            throw FeluccaException.system("ending the relays", e);
        }
    }
}

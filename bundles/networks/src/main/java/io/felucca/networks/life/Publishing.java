package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig.PortBinding;
import io.felucca.engine.Drivers;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.relay.Relays;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * Has the port mapper publish what containers publish, from the network that has their default route. What the kernel
 * cannot carry is relayed. Thread-safe.
 */
final class Publishing {

    private final Drivers drivers;
    private final List<String> preferred;
    private final HostPorts ports;
    private final Relays relays = new Relays();
    private final Map<String, Publication> published = new ConcurrentHashMap<>();
    /** Changes side by side, but none while all is put back. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private volatile String chosen;

    Publishing(Drivers drivers, List<String> preferred, HostPorts ports) {
        this.drivers = drivers;
        this.ports = ports;
        this.preferred = preferred;
    }

    /** Publishes what the sandbox says in the place of what is published for that container. All or nothing. */
    void change(String containerId, Sandbox sandbox) {
        Optional<Endpoint> outer = sandbox.outer();
        Publication before = published.get(containerId);
        if (before == null && (outer.isEmpty() || sandbox.ports().isEmpty())) {
            return;
        }
        Publication empty = new Publication(
                containerId, outer.map(Endpoint::hostDevice).orElseGet(() -> before.hostDevice()), List.of());
        List<Binding> all =
                outer.map(endpoint -> bindings(endpoint, sandbox.ports())).orElse(List.of());
        lock.readLock().lock();
        try {
            call(mapper -> {
                List<Binding> carried = all.stream().filter(mapper::carries).toList();
                Publication after = new Publication(containerId, empty.hostDevice(), Binding.joined(carried));
                mapper.change(before == null ? empty : before, after);
                published.put(containerId, after);
                relay(
                        containerId,
                        all.stream()
                                .filter(binding -> !carried.contains(binding))
                                .toList());
            });
            if (all.isEmpty()) {
                published.remove(containerId);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What an engine before published: known, and not touched. */
    void adopt(String containerId, Sandbox sandbox) {
        sandbox.outer()
                .filter(endpoint -> !sandbox.ports().isEmpty())
                .ifPresent(endpoint -> published.put(
                        containerId,
                        new Publication(containerId, endpoint.hostDevice(), bindings(endpoint, sandbox.ports()))));
    }

    /** Makes what is there exactly what is known. */
    void restore() {
        lock.writeLock().lock();
        try {
            call(mapper -> {
                List<Publication> all = new ArrayList<>();
                published.forEach((id, one) -> {
                    List<Binding> carried =
                            one.bindings().stream().filter(mapper::carries).toList();
                    relay(
                            id,
                            one.bindings().stream()
                                    .filter(binding -> !carried.contains(binding))
                                    .toList());
                    all.add(new Publication(id, one.hostDevice(), Binding.joined(carried)));
                });
                mapper.ensure(all);
                all.forEach(one -> published.put(one.containerId(), one));
            });
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A relay binds its port itself. */
    private void relay(String containerId, List<Binding> bindings) {
        bindings.forEach(ports::handOver);
        relays.change(containerId, bindings);
    }

    boolean isEmpty() {
        return published.isEmpty();
    }

    void redirect(Path namespace, String address, int udpPort, int tcpPort) {
        call(mapper -> mapper.redirect(
                namespace, new java.net.InetSocketAddress(Cidr.parseAddress(address), 53), udpPort, tcpPort));
    }

    void close() {
        relays.close();
    }

    private static List<Binding> bindings(Endpoint endpoint, Map<String, List<PortBinding>> ports) {
        List<Binding> all = new ArrayList<>();
        ports.forEach((port, bindings) -> {
            int slash = port.indexOf('/');
            Protocol protocol = Protocol.of(port.substring(slash + 1));
            int number = Integer.parseInt(port.substring(0, slash));
            for (PortBinding binding : bindings) {
                InetAddress host = Cidr.parseAddress(binding.hostIp());
                boolean ipv6 =
                        host.getAddress().length == 16 && !endpoint.ipv6().isEmpty();
                String inside = ipv6 || endpoint.ipv4().isEmpty() ? endpoint.ipv6Address() : endpoint.ipv4Address();
                all.add(new Binding(
                        protocol, host, Integer.parseInt(binding.hostPort()), Cidr.parseAddress(inside), number, 1));
            }
        });
        return all;
    }

    private void call(Consumer<PortMapper> work) {
        drivers.<PortMapper, Object>call(PortMapper.class, mapper(), mapper -> {
            work.accept(mapper);
            return null;
        });
    }

    /** The first that works; once chosen it is waited for when it is away. */
    private String mapper() {
        String name = chosen;
        if (name != null) {
            return name;
        }
        List<String> there = drivers.names(PortMapper.class);
        List<String> problems = new ArrayList<>();
        for (String candidate : preferred) {
            if (there.contains(candidate)) {
                Optional<String> problem = drivers.call(PortMapper.class, candidate, PortMapper::probe);
                if (problem.isEmpty()) {
                    chosen = candidate;
                    return candidate;
                }
                problems.add(candidate + ": " + problem.get());
            }
        }
        throw FeluccaException.unavailable("ports cannot be published, since no port mapper works here: "
                + (problems.isEmpty() ? "none of " + preferred + " is there" : String.join("; ", problems)));
    }
}

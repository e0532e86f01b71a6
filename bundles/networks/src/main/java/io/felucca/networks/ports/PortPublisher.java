package io.felucca.networks.ports;

import io.felucca.FeluccaException;
import io.felucca.containers.PortRange;
import io.felucca.engine.Drivers;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.PortBinding;
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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the port mapper publish what containers publish, from the network that has their default route. What the kernel
 * cannot carry is relayed. Thread-safe.
 */
public final class PortPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(PortPublisher.class);

    /** What a container publishes, and what a mapper of this engine was told of it: null before that. */
    private record Published(String hostDevice, List<Binding> ranges, Publication told) {}

    private final Drivers drivers;
    private final List<String> preferred;
    private final Relays relays;
    private final Map<String, Published> published = new ConcurrentHashMap<>();
    /** Changes side by side, but none while all is put back. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private volatile String chosen;

    public PortPublisher(Drivers drivers, List<String> preferred, Relays relays) {
        this.drivers = drivers;
        this.preferred = preferred;
        this.relays = relays;
    }

    /** Publishes what the sandbox says in the place of what is published for that container. All or nothing. */
    public void change(String containerId, Sandbox sandbox) {
        Optional<Endpoint> outer = sandbox.outer();
        Published before = published.get(containerId);
        if (before == null && (outer.isEmpty() || sandbox.ports().isEmpty())) {
            return;
        }
        String device = outer.map(Endpoint::hostDevice).orElseGet(() -> before.hostDevice());
        List<Binding> ranges =
                outer.map(endpoint -> ranges(endpoint, sandbox.ports())).orElse(List.of());
        lock.readLock().lock();
        try {
            call(mapper -> {
                Publication from = before == null
                        ? new Publication(containerId, device, List.of())
                        : before.told != null ? before.told : publication(mapper, containerId, before);
                Publication to = publication(mapper, containerId, new Published(device, ranges, null));
                relay(mapper, containerId, ranges);
                try {
                    mapper.change(from, to);
                } catch (RuntimeException e) {
                    relay(mapper, containerId, before == null ? List.of() : before.ranges);
                    throw e;
                }
                published.put(containerId, new Published(device, ranges, to));
            });
            if (ranges.isEmpty()) {
                published.remove(containerId);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What an engine before published: known, and not touched. */
    public void adopt(String containerId, Sandbox sandbox) {
        sandbox.outer()
                .filter(endpoint -> !sandbox.ports().isEmpty())
                .ifPresent(endpoint -> published.put(
                        containerId, new Published(endpoint.hostDevice(), ranges(endpoint, sandbox.ports()), null)));
    }

    /** Makes what is there exactly what is known. */
    public void restore() {
        lock.writeLock().lock();
        try {
            call(mapper -> {
                published.replaceAll((id, one) -> {
                    relay(mapper, id, one.ranges);
                    return new Published(one.hostDevice, one.ranges, publication(mapper, id, one));
                });
                mapper.ensure(published.values().stream().map(Published::told).toList());
            });
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Publication publication(PortMapper mapper, String containerId, Published one) {
        Map<Boolean, List<Binding>> byCarried = one.ranges.stream().collect(Collectors.partitioningBy(mapper::carries));
        List<Relayed> relayed = byCarried.get(false).stream()
                .filter(range -> range.protocol() != Protocol.SCTP)
                .map(range -> new Relayed(
                        range.protocol(),
                        range.hostAddress(),
                        range.hostPort(),
                        range.count(),
                        relays.port(range.protocol())))
                .toList();
        return new Publication(containerId, one.hostDevice, byCarried.get(true), relayed);
    }

    private void relay(PortMapper mapper, String containerId, List<Binding> ranges) {
        List<Binding> relayed =
                ranges.stream().filter(range -> !mapper.carries(range)).toList();
        relayed.stream()
                .filter(range -> range.protocol() == Protocol.SCTP)
                .forEach(range -> LOG.warn(
                        "sctp port {} of {} is not relayed to container {}",
                        range.hostPort(),
                        range.hostAddress().getHostAddress(),
                        containerId));
        relays.change(containerId, relayed);
    }

    public boolean isEmpty() {
        return published.isEmpty();
    }

    public void redirect(Path namespace, String address, int udpPort, int tcpPort) {
        call(mapper -> mapper.redirect(
                namespace, new java.net.InetSocketAddress(Cidr.parseAddress(address), 53), udpPort, tcpPort));
    }

    public void close() {
        relays.close();
    }

    private static List<Binding> ranges(Endpoint endpoint, Map<String, List<PortBinding>> ports) {
        List<Binding> all = new ArrayList<>();
        InetAddress ipv4 = address(endpoint.ipv4Address());
        InetAddress ipv6 = address(endpoint.ipv6Address());
        ports.forEach((port, bindings) -> {
            PortRange range = PortRange.parse(port);
            Protocol protocol = Protocol.of(range.protocol());
            for (PortBinding binding : bindings) {
                InetAddress host = PortBindingParser.address(binding.hostIp());
                boolean wide = host.getAddress().length == 16 && ipv6 != null || ipv4 == null;
                all.add(new Binding(
                        protocol, host, range.hostPort(binding), wide ? ipv6 : ipv4, range.first(), range.count()));
            }
        });
        return Binding.joined(all);
    }

    private static InetAddress address(String text) {
        return text.isEmpty() ? null : Cidr.parseAddress(text);
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

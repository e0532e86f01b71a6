package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.HostConfig.PortBinding;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.life.HeldPorts.Key;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Which ports of the host are whose. Each is held by a bound socket, so that nobody else on the host takes it; what the
 * engine's own containers have is told apart by Docker's text. Thread-safe.
 */
final class HostPorts {

    /** Every address of both families. */
    static final List<InetAddress> ANY = List.of(Cidr.parseAddress("0.0.0.0"), Cidr.parseAddress("::"));

    private final HeldPorts held;
    private final int firstPort;
    private final int lastPort;
    /** Where to go on looking for a free port, by protocol and address, as Docker does: not where all are taken. */
    private final Map<String, Integer> next = new ConcurrentHashMap<>();

    HostPorts(PortClaims claims, int firstPort, int lastPort) {
        this.held = new HeldPorts(claims);
        this.firstPort = firstPort;
        this.lastPort = lastPort;
    }

    /** What is to be published, by {@code 80/tcp}: what was asked for, and with -P all that is exposed. */
    static Map<String, List<PortBinding>> wanted(Member member) {
        Map<String, List<PortBinding>> wanted = new TreeMap<>(BY_PORT);
        wanted.putAll(member.ports());
        if (member.publishAll()) {
            for (String port : member.exposed()) {
                List<PortBinding> asked = wanted.get(port);
                if (asked == null || asked.isEmpty()) {
                    wanted.put(port, List.of(new PortBinding("", "")));
                }
            }
        }
        return wanted;
    }

    static final Comparator<String> BY_PORT = Comparator.<String>comparingInt(
                    port -> Integer.parseInt(port.substring(0, port.indexOf('/'))))
            .thenComparing(port -> port.substring(port.indexOf('/') + 1));

    /** @throws FeluccaException INVALID with Docker's text for a port, range or address that cannot be right */
    static void check(Map<String, List<PortBinding>> ports) {
        ports.forEach((port, bindings) -> {
            int slash = port.indexOf('/');
            number(slash < 0 ? port : port.substring(0, slash));
            Protocol.of(slash < 0 ? "tcp" : port.substring(slash + 1));
            for (PortBinding binding : bindings == null ? List.<PortBinding>of() : bindings) {
                range(binding.hostPort());
                addresses(binding.hostIp());
            }
        });
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Integer.parseInt(text) > 65535 || Integer.parseInt(text) < 1) {
            throw FeluccaException.invalid("invalid port specification: \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    /** First and last; both 0 for any. */
    private static int[] range(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return new int[] {0, 0};
        }
        String[] ends = text.split("-", 2);
        int first = number(ends[0]);
        int last = ends.length == 2 ? number(ends[1]) : first;
        if (last < first) {
            throw FeluccaException.invalid("invalid port specification: \"" + text + "\"");
        }
        return new int[] {first, last};
    }

    /** None is every address. @throws FeluccaException INVALID */
    private static List<InetAddress> addresses(String text) {
        return text.isEmpty() ? ANY : List.of(address(text));
    }

    static InetAddress address(String text) {
        return switch (text) {
            case "0.0.0.0" -> ANY.get(0);
            case "::" -> ANY.get(1);
            default -> Cidr.parseAddress(text);
        };
    }

    /**
     * Chooses and takes host ports.
     *
     * @param kept what the container has already, which stays as it is where it is asked for again
     * @return what is published, host ports chosen
     * @throws FeluccaException CONFLICT for a port that is taken; then nothing was taken
     */
    Map<String, List<PortBinding>> take(
            String containerId, Map<String, List<PortBinding>> wanted, Map<String, List<PortBinding>> kept) {
        Map<String, List<PortBinding>> chosen = new LinkedHashMap<>();
        List<Key> taken = new ArrayList<>();
        try {
            wanted.forEach((port, bindings) -> {
                Protocol protocol = Protocol.of(port.substring(port.indexOf('/') + 1));
                List<PortBinding> before = new ArrayList<>(kept.getOrDefault(port, List.of()));
                List<PortBinding> all = new ArrayList<>();
                for (PortBinding binding : bindings) {
                    List<PortBinding> stays = keep(binding, before);
                    before.removeAll(stays);
                    all.addAll(stays.isEmpty() ? takeOne(containerId, protocol, binding, taken) : stays);
                }
                chosen.put(port, List.copyOf(all));
            });
            return chosen;
        } catch (RuntimeException e) {
            taken.forEach(key -> held.free(containerId, key));
            throw e;
        }
    }

    /** Those that are what is asked for: a host port of its addresses, of both families or of the one that the host has. */
    private List<PortBinding> keep(PortBinding asked, List<PortBinding> before) {
        Ports ports = ports(asked);
        Optional<String> port = before.stream()
                .filter(binding -> address(binding.hostIp()).equals(ports.addresses.get(0)))
                .map(PortBinding::hostPort)
                .filter(number -> Integer.parseInt(number) >= ports.first && Integer.parseInt(number) <= ports.last)
                .findFirst();
        return before.stream()
                .filter(binding -> port.isPresent() && port.get().equals(binding.hostPort()))
                .filter(binding -> ports.addresses.contains(address(binding.hostIp())))
                .toList();
    }

    /** The addresses and ports among which one is chosen. */
    private record Ports(List<InetAddress> addresses, boolean any, int first, int last) {}

    private Ports ports(PortBinding asked) {
        int[] range = range(asked.hostPort());
        boolean any = range[0] == 0;
        return new Ports(addresses(asked.hostIp()), any, any ? firstPort : range[0], any ? lastPort : range[1]);
    }

    private List<PortBinding> takeOne(String containerId, Protocol protocol, PortBinding asked, List<Key> taken) {
        Ports ports = ports(asked);
        InetAddress address = ports.addresses.get(0);
        int count = ports.last - ports.first + 1;
        String turn = protocol.text() + " " + address.getHostAddress();
        int start = ports.any ? next.getOrDefault(turn, 0) : 0;
        FeluccaException failure = null;
        for (int i = 0; i < count; i++) {
            int offset = (start + i) % count;
            int port = ports.first + offset;
            if (count > 1 && held.isHeld(protocol, address, port)) {
                continue;
            }
            try {
                List<InetAddress> of = held.take(containerId, protocol, ports.addresses, port);
                of.forEach(one -> taken.add(new Key(protocol, one, port)));
                if (ports.any) {
                    next.put(turn, offset + 1);
                }
                return of.stream()
                        .map(one -> new PortBinding(Cidr.text(one), Integer.toString(port)))
                        .toList();
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
                failure = e;
            }
        }
        if (count == 1) {
            throw failure;
        }
        String text = Cidr.text(address);
        throw new FeluccaException(
                Kind.CONFLICT,
                ports.any
                        ? "all ports are allocated: none of " + ports.first + "-" + ports.last + " is free on " + text
                                + " for " + protocol.text()
                        : "Bind for " + text + ":" + ports.first + "-" + ports.last
                                + " failed: all ports are allocated",
                failure);
    }

    /** After a start of the engine: what the monitor holds already is no error. */
    void adopt(String containerId, Map<String, List<PortBinding>> ports) {
        each(ports, key -> held.adopt(containerId, key));
    }

    void free(String containerId, Map<String, List<PortBinding>> ports) {
        each(ports, key -> held.free(containerId, key));
    }

    /** Frees what is in the first and not in the second. */
    void freeRest(String containerId, Map<String, List<PortBinding>> old, Map<String, List<PortBinding>> now) {
        Set<Key> stay = new HashSet<>();
        each(now, stay::add);
        each(old, key -> {
            if (!stay.contains(key)) {
                held.free(containerId, key);
            }
        });
    }

    /** A descriptor that holds a container's ports, which its monitor is going to hold. */
    List<Integer> forMonitor(String containerId) {
        return held.forMonitor(containerId).stream().toList();
    }

    /** The container's monitor is gone, and what it held is free. */
    void ended(String containerId) {
        held.ended(containerId);
    }

    private static void each(Map<String, List<PortBinding>> ports, Consumer<Key> work) {
        ports.forEach((port, bindings) -> {
            Protocol protocol = Protocol.of(port.substring(port.indexOf('/') + 1));
            bindings.forEach(binding ->
                    work.accept(new Key(protocol, address(binding.hostIp()), Integer.parseInt(binding.hostPort()))));
        });
    }
}

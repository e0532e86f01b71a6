package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.HostConfig.PortBinding;
import io.felucca.linux.Fd;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.Sandboxes.Member;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which ports of the host are whose. Each is held by a bound socket, so that nobody else on the host takes it; what the
 * engine's own containers have is told apart by Docker's text. Thread-safe.
 */
final class HostPorts {

    private static final List<String> ANY = List.of("0.0.0.0", "::");

    /** A port of one address, and the socket that holds it. */
    private record Held(String containerId, List<Fd> sockets) {}

    private final PortClaims claims;
    private final int firstPort;
    private final int lastPort;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    /** Ports that a monitor holds as long as it lives, and whose: also after they are published no more. */
    private final Map<String, String> byMonitor = new ConcurrentHashMap<>();

    HostPorts(PortClaims claims, int firstPort, int lastPort) {
        this.claims = claims;
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
                if (!binding.hostIp().isEmpty()) {
                    Cidr.parseAddress(binding.hostIp());
                }
            }
        });
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535 || Integer.parseInt(text) < 1) {
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
        List<String> taken = new ArrayList<>();
        try {
            wanted.forEach((port, bindings) -> {
                Protocol protocol = Protocol.of(port.substring(port.indexOf('/') + 1));
                Set<PortBinding> all = new java.util.LinkedHashSet<>();
                for (PortBinding binding : bindings) {
                    all.addAll(takeOne(containerId, protocol, binding, kept.getOrDefault(port, List.of()), taken));
                }
                chosen.put(port, List.copyOf(all));
            });
            return chosen;
        } catch (RuntimeException e) {
            taken.forEach(this::free);
            throw e;
        }
    }

    private List<PortBinding> takeOne(
            String containerId, Protocol protocol, PortBinding asked, List<PortBinding> kept, List<String> taken) {
        List<String> addresses = asked.hostIp().isEmpty() ? ANY : List.of(asked.hostIp());
        int[] range = range(asked.hostPort());
        boolean any = range[0] == 0;
        int first = any ? firstPort : range[0];
        int last = any ? lastPort : range[1];
        FeluccaException failure = null;
        List<PortBinding> before = kept.stream()
                .filter(binding -> addresses.contains(binding.hostIp()))
                .filter(binding ->
                        Integer.parseInt(binding.hostPort()) >= first && Integer.parseInt(binding.hostPort()) <= last)
                .toList();
        if (before.size() == addresses.size()) {
            return before;
        }
        for (int port = first; port <= last; port++) {
            try {
                return takePort(containerId, protocol, addresses, port, taken);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
                failure = e;
            }
        }
        if (first == last) {
            throw failure;
        }
        throw new FeluccaException(
                Kind.CONFLICT,
                any
                        ? "all ports are allocated: none of " + first + "-" + last + " is free on " + addresses.get(0)
                                + " for " + protocol.text()
                        : "Bind for " + addresses.get(0) + ":" + first + "-" + last
                                + " failed: all ports are allocated",
                failure);
    }

    private List<PortBinding> takePort(
            String containerId, Protocol protocol, List<String> addresses, int port, List<String> taken) {
        List<PortBinding> bindings = new ArrayList<>();
        List<String> mine = new ArrayList<>();
        try {
            for (String address : addresses) {
                InetAddress parsed = Cidr.parseAddress(address);
                String key = key(protocol, parsed, port);
                try {
                    hold(containerId, protocol, parsed, port, key);
                } catch (FeluccaException e) {
                    if (e.kind() == Kind.INVALID && !bindings.isEmpty()) {
                        // A host without IPv6 publishes on IPv4 alone, as Docker's.
                        continue;
                    }
                    throw e;
                }
                mine.add(key);
                bindings.add(new PortBinding(Cidr.text(parsed), Integer.toString(port)));
            }
        } catch (RuntimeException e) {
            mine.forEach(this::free);
            throw e;
        }
        taken.addAll(mine);
        return bindings;
    }

    private void hold(String containerId, Protocol protocol, InetAddress address, int port, String key) {
        if (held.putIfAbsent(key, new Held(containerId, List.of())) != null) {
            throw allocated(address, port);
        }
        try {
            held.put(key, new Held(containerId, claims.claim(protocol.number(), address, port, 1)));
        } catch (FeluccaException e) {
            if (byMonitor.containsKey(key)) {
                return;
            }
            held.remove(key);
            String listen = "listen " + protocol.text() + (address.getAddress().length == 4 ? "4 " : "6 ")
                    + at(address, port) + ": ";
            if (e.kind() != Kind.CONFLICT) {
                boolean absent = e.kind() == Kind.INVALID;
                throw new FeluccaException(
                        e.kind(), listen + (absent ? "bind: cannot assign requested address" : e.getMessage()), e);
            }
            if (ours(protocol, port)) {
                throw allocated(address, port);
            }
            throw new FeluccaException(Kind.CONFLICT, listen + "bind: address already in use", e);
        }
    }

    /** Whether a container has that port on any address. */
    private boolean ours(Protocol protocol, int port) {
        String start = protocol.text() + " " + port + " ";
        return held.keySet().stream().anyMatch(key -> key.startsWith(start));
    }

    private static FeluccaException allocated(InetAddress address, int port) {
        return FeluccaException.conflict("Bind for " + at(address, port) + " failed: port is already allocated");
    }

    private static String at(InetAddress address, int port) {
        String text = Cidr.text(address);
        return (text.contains(":") ? "[" + text + "]" : text) + ":" + port;
    }

    private static String key(Protocol protocol, InetAddress address, int port) {
        return protocol.text() + " " + port + " " + Cidr.text(address);
    }

    /** After a start of the engine: what the monitor holds already is no error. */
    void adopt(String containerId, Map<String, List<PortBinding>> ports) {
        each(ports, (protocol, address, port) -> {
            List<Fd> sockets = List.of();
            try {
                sockets = claims.claim(protocol.number(), address, port, 1);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
                byMonitor.put(key(protocol, address, port), containerId);
            }
            held.put(key(protocol, address, port), new Held(containerId, sockets));
        });
    }

    void free(Map<String, List<PortBinding>> ports) {
        each(ports, (protocol, address, port) -> free(key(protocol, address, port)));
    }

    /** Frees what is in the first and not in the second. */
    void freeRest(Map<String, List<PortBinding>> old, Map<String, List<PortBinding>> now) {
        Set<String> stay = new TreeSet<>();
        each(now, (protocol, address, port) -> stay.add(key(protocol, address, port)));
        each(old, (protocol, address, port) -> {
            String key = key(protocol, address, port);
            if (!stay.contains(key)) {
                free(key);
            }
        });
    }

    private void free(String key) {
        Held gone = held.remove(key);
        if (gone != null) {
            gone.sockets().forEach(Fd::close);
        }
    }

    /** Descriptors of a container's ports, which its monitor is going to hold. */
    List<Integer> forMonitor(String containerId) {
        List<Integer> descriptors = new ArrayList<>();
        held.forEach((key, one) -> {
            if (one.containerId().equals(containerId) && !one.sockets().isEmpty()) {
                one.sockets().forEach(socket -> descriptors.add(socket.number()));
                byMonitor.put(key, containerId);
            }
        });
        return descriptors;
    }

    /** The container's monitor is gone, and what it held is free. */
    void ended(String containerId) {
        byMonitor.values().removeIf(containerId::equals);
    }

    /** Lets go of a port's socket for a relay to bind it; nobody else among the containers gets it. */
    void handOver(Binding binding) {
        held.computeIfPresent(key(binding.protocol(), binding.hostAddress(), binding.hostPort()), (key, one) -> {
            one.sockets().forEach(Fd::close);
            return new Held(one.containerId(), List.of());
        });
    }

    interface EachPort {
        void accept(Protocol protocol, InetAddress address, int port);
    }

    static void each(Map<String, List<PortBinding>> ports, EachPort work) {
        ports.forEach((port, bindings) -> bindings.forEach(binding -> work.accept(
                Protocol.of(port.substring(port.indexOf('/') + 1)),
                Cidr.parseAddress(binding.hostIp()),
                Integer.parseInt(binding.hostPort()))));
    }
}

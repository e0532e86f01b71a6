package io.felucca.networks.ports;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports that containers have, each claimed by a bound socket. The sockets of a container that starts go to its
 * monitor, all in one descriptor; a port that is added later is claimed by the engine. No operation's cost grows with what
 * other containers have. Thread-safe.
 */
final class PortAllocator {

    private static final Logger LOG = LoggerFactory.getLogger(PortAllocator.class);

    /** The ports of one address. */
    static final class Line {
        private final Protocol protocol;
        private final InetAddress address;
        private final CompactPortMap<Held> held = new CompactPortMap<>();
        /** Whose monitor holds a port. */
        private final CompactPortMap<String> monitors = new CompactPortMap<>();

        private Line(Protocol protocol, InetAddress address) {
            this.protocol = protocol;
            this.address = address;
        }

        Protocol protocol() {
            return protocol;
        }

        InetAddress address() {
            return address;
        }
    }

    /** @param claim null where a monitor has the socket */
    private record Held(String containerId, Claim claim) {}

    /** A socket of the engine's, and how many ports it stands for: two where it is of both families. */
    private static final class Claim {
        private final List<Line> lines;
        private final int port;
        private Fd socket;
        private int users;

        /** @param socket empty for a protocol that the kernel has none of */
        Claim(List<Line> lines, int port, Optional<Fd> socket) {
            this.lines = lines;
            this.port = port;
            this.socket = socket.orElse(null);
        }

        void letGo() {
            if (socket != null) {
                socket.close();
                socket = null;
            }
        }
    }

    /** What a container's monitor holds as long as it lives: also what is published no more. */
    private record Monitored(Map<Line, BitSet> ports, Optional<Fd> holder) {

        void add(Line line, int port) {
            ports.computeIfAbsent(line, each -> new BitSet()).set(port);
        }
    }

    private final PortClaims claims;
    private final Map<Protocol, Map<InetAddress, Line>> lines = new EnumMap<>(Protocol.class);
    /** Claims that no monitor has, by container. */
    private final Map<String, List<Claim>> own = new HashMap<>();

    private final Map<String, Monitored> monitored = new HashMap<>();

    PortAllocator(PortClaims claims) {
        this.claims = claims;
    }

    synchronized Line line(Protocol protocol, InetAddress address) {
        return lines.computeIfAbsent(protocol, each -> new HashMap<>())
                .computeIfAbsent(address, each -> new Line(protocol, address));
    }

    /** Whether a container has it, so that it need not be tried. */
    synchronized boolean isHeld(Line line, int port) {
        return line.held.get(port) != null;
    }

    /**
     * Takes a port of one address, or of every IPv4 and every IPv6 address.
     *
     * @return those of the lines of which it was taken: on a host without IPv6 it is left out, as Docker does
     * @throws FeluccaException CONFLICT with Docker's text; then nothing was taken
     */
    synchronized List<Line> take(String containerId, List<Line> lines, int port) {
        for (Line line : lines) {
            if (line.held.get(port) != null) {
                throw allocated(line, port);
            }
        }
        if (lines.size() > 1 && takeEverywhere(containerId, lines, port)) {
            return lines;
        }
        List<Line> taken = new ArrayList<>();
        try {
            for (Line line : lines) {
                try {
                    takeOne(containerId, line, port);
                    taken.add(line);
                } catch (FeluccaException e) {
                    if (e.kind() != Kind.INVALID || taken.isEmpty()) {
                        throw e;
                    }
                }
            }
            return taken;
        } catch (FeluccaException e) {
            taken.forEach(line -> free(containerId, line, port, 1));
            throw e;
        }
    }

    private boolean takeEverywhere(String containerId, List<Line> lines, int port) {
        try {
            Claim claim = new Claim(
                    lines, port, claims.claimEverywhere(lines.get(0).protocol.number(), port));
            for (Line line : lines) {
                put(containerId, line, claim);
            }
            return true;
        } catch (FeluccaException e) {
            // Of which address, and whose it is, is told one by one.
            return false;
        }
    }

    private void takeOne(String containerId, Line line, int port) {
        try {
            put(containerId, line, claim(line, port));
        } catch (FeluccaException e) {
            if (e.kind() == Kind.CONFLICT && line.monitors.get(port) != null) {
                line.held.put(port, new Held(containerId, null));
                return;
            }
            Optional<Claim> shared = sibling(line, port);
            if (shared.isPresent()) {
                put(containerId, line, shared.get());
                return;
            }
            String listen = "listen " + line.protocol.text() + (line.address.getAddress().length == 4 ? "4 " : "6 ")
                    + at(line, port) + ": ";
            if (e.kind() != Kind.CONFLICT) {
                boolean absent = e.kind() == Kind.INVALID;
                throw new FeluccaException(
                        e.kind(), listen + (absent ? "bind: cannot assign requested address" : e.getMessage()), e);
            }
            if (lines.get(line.protocol).values().stream().anyMatch(one -> one.held.get(port) != null)) {
                throw allocated(line, port);
            }
            throw new FeluccaException(Kind.CONFLICT, listen + "bind: address already in use", e);
        }
    }

    private Claim claim(Line line, int port) {
        return new Claim(List.of(line), port, claims.claim(line.protocol.number(), line.address, port));
    }

    /** A claim of both families of which this port was given back before. */
    private Optional<Claim> sibling(Line line, int port) {
        return PortBindingParser.ANY.stream()
                .filter(any -> PortBindingParser.ANY.contains(line.address))
                .map(any -> line(line.protocol, any).held.get(port))
                .filter(one -> one != null && one.claim != null && one.claim.lines.size() > 1)
                .map(Held::claim)
                .findFirst();
    }

    private void put(String containerId, Line line, Claim claim) {
        if (claim.users++ == 0) {
            own.computeIfAbsent(containerId, id -> new ArrayList<>()).add(claim);
        }
        line.held.put(claim.port, new Held(containerId, claim));
    }

    private static FeluccaException allocated(Line line, int port) {
        return FeluccaException.conflict("Bind for " + at(line, port) + " failed: port is already allocated");
    }

    private static String at(Line line, int port) {
        String text = Cidr.text(line.address);
        return (text.contains(":") ? "[" + text + "]" : text) + ":" + port;
    }

    /** After a start of the engine: what the monitor holds already is no error, nor is an address that has gone. */
    synchronized void adopt(String containerId, Line line, int first, int count) {
        for (int port = first; port < first + count; port++) {
            adopt(containerId, line, port);
        }
    }

    private void adopt(String containerId, Line line, int port) {
        try {
            put(containerId, line, claim(line, port));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.CONFLICT) {
                LOG.warn(
                        "{} port {} of container {} cannot be claimed: {}",
                        line.protocol.text(),
                        at(line, port),
                        containerId,
                        e.getMessage());
            }
            line.monitors.put(port, containerId);
            monitored
                    .computeIfAbsent(containerId, id -> new Monitored(new HashMap<>(), Optional.empty()))
                    .add(line, port);
            line.held.put(port, new Held(containerId, null));
        }
    }

    /** What another container has by now stays that one's. */
    synchronized void free(String containerId, Line line, int first, int count) {
        // From the last one back: the order in which claims are found at once.
        for (int port = first + count - 1; port >= first; port--) {
            Held gone = line.held.get(port);
            if (gone != null && gone.containerId.equals(containerId)) {
                line.held.remove(port);
                if (gone.claim != null) {
                    giveBack(containerId, gone.claim);
                }
            }
        }
    }

    private void giveBack(String containerId, Claim claim) {
        if (--claim.users == 0) {
            claim.letGo();
            // A monitor has what is not among them.
            own.computeIfPresent(containerId, (id, claimed) -> {
                int index = claimed.lastIndexOf(claim);
                if (index >= 0) {
                    claimed.remove(index);
                }
                return claimed.isEmpty() ? null : claimed;
            });
        }
    }

    /** One descriptor of all that the engine holds for a container, for its monitor to hold; empty for nothing. */
    synchronized Optional<Integer> forMonitor(String containerId) {
        List<Claim> handed = own.getOrDefault(containerId, List.of());
        List<Fd> sockets = handed.stream()
                .map(claim -> claim.socket)
                .filter(Objects::nonNull)
                .toList();
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        Fd holder = claims.together(sockets);
        own.remove(containerId);
        Monitored monitor = new Monitored(new HashMap<>(), Optional.of(holder));
        Held handedOver = new Held(containerId, null);
        for (Claim claim : handed) {
            claim.letGo();
            for (Line line : claim.lines) {
                monitor.add(line, claim.port);
                line.monitors.put(claim.port, containerId);
                Held now = line.held.get(claim.port);
                if (now != null && now.claim == claim) {
                    line.held.put(claim.port, handedOver);
                }
            }
        }
        monitored.put(containerId, monitor);
        return Optional.of(holder.number());
    }

    /** The container's monitor is gone, and what it held is free; what another has by now is claimed for that one. */
    synchronized void ended(String containerId) {
        Monitored gone = monitored.remove(containerId);
        if (gone == null) {
            return;
        }
        gone.holder.ifPresent(Fd::close);
        // None of them is taken for a monitor's any more when the first is claimed.
        gone.ports.forEach((line, ports) -> ports.stream()
                .filter(port -> containerId.equals(line.monitors.get(port)))
                .forEach(port -> line.monitors.remove(port)));
        gone.ports.forEach((line, ports) -> ports.stream().forEach(port -> {
            Held now = line.held.get(port);
            if (now != null && now.claim == null && !now.containerId.equals(containerId)) {
                line.held.remove(port);
                adopt(now.containerId, line, port);
            }
        }));
    }
}

package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Fd;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports that containers have, each claimed by a bound socket. The sockets of a container that starts go to its
 * monitor, all in one descriptor; a port that is added later is claimed by the engine. No operation's cost grows with what
 * other containers have. Thread-safe.
 */
final class HeldPorts {

    private static final Logger LOG = LoggerFactory.getLogger(HeldPorts.class);

    /** A port of one address. */
    record Key(Protocol protocol, InetAddress address, int port) {}

    private record Held(String containerId, Claim claim) {}

    /** A socket, and for how many keys it stands: two for a port of both families. */
    private static final class Claim {
        private final List<Key> keys = new ArrayList<>(2);
        private final boolean everywhere;
        private Optional<Fd> socket;
        private int users;

        Claim(Optional<Fd> socket, boolean everywhere) {
            this.socket = socket;
            this.everywhere = everywhere;
        }

        void letGo() {
            socket.ifPresent(Fd::close);
            socket = Optional.empty();
        }
    }

    /** What a container's monitor holds as long as it lives: also what is published no more. */
    private record Monitored(List<Key> keys, Optional<Fd> holder) {}

    private final PortClaims claims;
    private final Map<Key, Held> held = new HashMap<>();
    /** Claims that no monitor has, by container. */
    private final Map<String, List<Claim>> own = new HashMap<>();

    private final Map<String, Monitored> monitored = new HashMap<>();
    private final Map<Key, String> monitors = new HashMap<>();

    HeldPorts(PortClaims claims) {
        this.claims = claims;
    }

    /** Whether a container has it, so that it need not be tried. */
    synchronized boolean isHeld(Protocol protocol, InetAddress address, int port) {
        return held.containsKey(new Key(protocol, address, port));
    }

    /**
     * Takes a port of one address, or of every IPv4 and every IPv6 address.
     *
     * @return the addresses of which it was taken: on a host without IPv6 it is left out, as Docker does
     * @throws FeluccaException CONFLICT with Docker's text; then nothing was taken
     */
    synchronized List<InetAddress> take(String containerId, Protocol protocol, List<InetAddress> addresses, int port) {
        for (InetAddress address : addresses) {
            if (held.containsKey(new Key(protocol, address, port))) {
                throw allocated(address, port);
            }
        }
        if (addresses.size() > 1 && takeEverywhere(containerId, protocol, addresses, port)) {
            return addresses;
        }
        List<InetAddress> taken = new ArrayList<>();
        try {
            for (InetAddress address : addresses) {
                try {
                    takeOne(containerId, new Key(protocol, address, port));
                    taken.add(address);
                } catch (FeluccaException e) {
                    if (e.kind() != Kind.INVALID || taken.isEmpty()) {
                        throw e;
                    }
                }
            }
            return taken;
        } catch (FeluccaException e) {
            taken.forEach(address -> free(containerId, new Key(protocol, address, port)));
            throw e;
        }
    }

    private boolean takeEverywhere(String containerId, Protocol protocol, List<InetAddress> addresses, int port) {
        try {
            Claim claim = new Claim(claims.claimEverywhere(protocol.number(), port), true);
            addresses.forEach(address -> put(containerId, new Key(protocol, address, port), claim));
            return true;
        } catch (FeluccaException e) {
            // Of which address, and whose it is, is told one by one.
            return false;
        }
    }

    private void takeOne(String containerId, Key key) {
        try {
            put(containerId, key, new Claim(claims.claim(key.protocol.number(), key.address, key.port), false));
        } catch (FeluccaException e) {
            if (e.kind() == Kind.CONFLICT && monitors.containsKey(key)) {
                held.put(key, new Held(containerId, null));
                return;
            }
            Optional<Claim> shared = sibling(key);
            if (shared.isPresent()) {
                put(containerId, key, shared.get());
                return;
            }
            String listen = "listen " + key.protocol.text() + (key.address.getAddress().length == 4 ? "4 " : "6 ")
                    + at(key.address, key.port) + ": ";
            if (e.kind() != Kind.CONFLICT) {
                boolean absent = e.kind() == Kind.INVALID;
                throw new FeluccaException(
                        e.kind(), listen + (absent ? "bind: cannot assign requested address" : e.getMessage()), e);
            }
            if (held.keySet().stream().anyMatch(one -> one.port == key.port && one.protocol == key.protocol)) {
                throw allocated(key.address, key.port);
            }
            throw new FeluccaException(Kind.CONFLICT, listen + "bind: address already in use", e);
        }
    }

    /** A claim of both families of which this key was given back before. */
    private Optional<Claim> sibling(Key key) {
        return HostPorts.ANY.stream()
                .filter(any -> HostPorts.ANY.contains(key.address))
                .map(any -> held.get(new Key(key.protocol, any, key.port)))
                .filter(one -> one != null && one.claim != null && one.claim.everywhere)
                .map(Held::claim)
                .findFirst();
    }

    private void put(String containerId, Key key, Claim claim) {
        if (!claim.keys.contains(key)) {
            claim.keys.add(key);
        }
        if (claim.users++ == 0) {
            own.computeIfAbsent(containerId, id -> new ArrayList<>()).add(claim);
        }
        held.put(key, new Held(containerId, claim));
    }

    private static FeluccaException allocated(InetAddress address, int port) {
        return FeluccaException.conflict("Bind for " + at(address, port) + " failed: port is already allocated");
    }

    private static String at(InetAddress address, int port) {
        String text = Cidr.text(address);
        return (text.contains(":") ? "[" + text + "]" : text) + ":" + port;
    }

    /** After a start of the engine: what the monitor holds already is no error, nor is an address that has gone. */
    synchronized void adopt(String containerId, Key key) {
        try {
            put(containerId, key, new Claim(claims.claim(key.protocol.number(), key.address, key.port), false));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.CONFLICT) {
                LOG.warn(
                        "{} port {} of container {} cannot be claimed: {}",
                        key.protocol.text(),
                        at(key.address, key.port),
                        containerId,
                        e.getMessage());
            }
            monitors.put(key, containerId);
            monitored
                    .computeIfAbsent(containerId, id -> new Monitored(new ArrayList<>(), Optional.empty()))
                    .keys
                    .add(key);
            held.put(key, new Held(containerId, null));
        }
    }

    /** What another container has by now stays that one's. */
    synchronized void free(String containerId, Key key) {
        Held gone = held.get(key);
        if (gone == null || !gone.containerId.equals(containerId)) {
            return;
        }
        held.remove(key);
        Claim claim = gone.claim;
        if (claim != null && --claim.users == 0) {
            claim.letGo();
            // A monitor has what is not among them.
            own.computeIfPresent(containerId, (id, claimed) -> {
                claimed.remove(claim);
                return claimed.isEmpty() ? null : claimed;
            });
        }
    }

    /** One descriptor of all that the engine holds for a container, for its monitor to hold; empty for nothing. */
    synchronized Optional<Integer> forMonitor(String containerId) {
        List<Claim> handed = own.getOrDefault(containerId, List.of());
        List<Fd> sockets =
                handed.stream().flatMap(claim -> claim.socket.stream()).toList();
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        Fd holder = claims.together(sockets);
        own.remove(containerId);
        handed.forEach(Claim::letGo);
        List<Key> keys = handed.stream().flatMap(claim -> claim.keys.stream()).toList();
        keys.forEach(key -> monitors.put(key, containerId));
        monitored.put(containerId, new Monitored(new ArrayList<>(keys), Optional.of(holder)));
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
        gone.keys.forEach(key -> monitors.remove(key, containerId));
        for (Key key : gone.keys) {
            Held now = held.get(key);
            if (now != null && now.claim == null && !now.containerId.equals(containerId)) {
                held.remove(key);
                adopt(now.containerId, key);
            }
        }
    }
}

package io.felucca.networks.state;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Drivers;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.Network;
import io.felucca.networks.NetworkSpec;
import io.felucca.networks.Networks.Created;
import io.felucca.networks.address.Ipam;
import io.felucca.networks.record.NetworkRecord;
import io.felucca.networks.record.NetworkStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes networks. A record is written before anything is made on the host, and says so before anything is
 * taken away: an engine that starts after a crash finishes either. What a user made is on the host at once, all else when
 * a container first joins.
 */
public final class NetworkController {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkController.class);

    private final NetworkRegistry registry = new NetworkRegistry();
    private final NetworkStore store;
    private final Ipam ipam;
    private final Drivers drivers;
    private final NetworkEvents events;

    public NetworkController(NetworkStore store, Ipam ipam, Drivers drivers, NetworkEvents events) {
        this.store = store;
        this.ipam = ipam;
        this.drivers = drivers;
        this.events = events;
    }

    public NetworkRegistry table() {
        return registry;
    }

    Ipam ipam() {
        return ipam;
    }

    public NetworkEvents events() {
        return events;
    }

    /** Lists what is on disk, with the predefined networks as they are configured now. */
    public void load(Predefined predefined) {
        List<NetworkRecord> old = store.readAll();
        List<NetworkRecord> users = new ArrayList<>();
        for (NetworkRecord record : old) {
            if (!Predefined.NAMES.contains(record.name())) {
                users.add(record);
            }
        }
        // First the subnets that are fixed: what a user was given goes before the default bridge's choice.
        users.forEach(this::loadOne);
        for (NetworkRecord record : predefined.records(old)) {
            NetworkState network = loadOne(record);
            if (network != null && old.stream().noneMatch(network.record()::equals)) {
                store.write(network.record());
            }
        }
    }

    private NetworkState loadOne(NetworkRecord record) {
        try {
            NetworkState network = settle(
                    record,
                    record.driver().equals(Predefined.BRIDGE)
                            || record.ipam().pools().size() > 0);
            registry.takeName(record.name(), record.id());
            registry.add(network);
            return network;
        } catch (FeluccaException e) {
            if (record.name().equals(Predefined.BRIDGE)) {
                throw new FeluccaException(e.kind(), "the network bridge: " + e.getMessage(), e);
            }
            LOG.error("network {} ({}) is left out: {}", record.name(), record.id(), e.getMessage());
            return null;
        }
    }

    private NetworkState settle(NetworkRecord record, boolean hasSegments) {
        if (!hasSegments) {
            return new NetworkState(record, List.of());
        }
        Ipam.Settled settled = ipam.open(record.id(), record.ipam().pools(), record.ipv6());
        Network.Ipam shown =
                new Network.Ipam(record.ipam().driver(), record.ipam().options(), settled.pools());
        return new NetworkState(record.settled(shown, settled.chosen()), settled.gateways());
    }

    /** Finishes removals that a crash cut. @return whether none is left */
    public boolean finishRemovals() {
        boolean all = true;
        for (NetworkState network : registry.all()) {
            if (network.record().removing()) {
                try {
                    carryOut(network);
                } catch (FeluccaException e) {
                    LOG.warn("removing network {}: {}", network.name(), e.getMessage());
                    all = false;
                }
            }
        }
        return all;
    }

    public Created create(NetworkSpec spec) {
        check(spec);
        String id = Ids.next();
        registry.takeName(spec.name(), id);
        try {
            NetworkState network = settle(
                    new NetworkRecord(
                            id,
                            spec.name(),
                            Instant.now().toString(),
                            spec.driver(),
                            spec.ipv6(),
                            spec.ipam(),
                            spec.internal(),
                            spec.attachable(),
                            spec.options(),
                            spec.labels(),
                            Set.of(),
                            false),
                    true);
            List<String> warnings = make(network);
            registry.add(network);
            events.tell("create", network);
            return new Created(id, String.join("\n", warnings));
        } catch (RuntimeException e) {
            ipam.close(id);
            registry.freeName(spec.name(), id);
            throw e;
        }
    }

    private List<String> make(NetworkState network) {
        call(network, driver -> driver.check(network.segment()));
        store.write(network.record());
        try {
            ensure(network);
        } catch (RuntimeException e) {
            try {
                call(network, driver -> driver.remove(network.segment()));
                store.delete(network.id());
            } catch (FeluccaException again) {
                LOG.warn("undoing the creation of network {}: {}", network.name(), again.getMessage());
                e.addSuppressed(again);
            }
            throw e;
        }
        return drivers.call(NetworkDriver.class, network.record().driver(), NetworkDriver::warnings);
    }

    private void check(NetworkSpec spec) {
        if (spec.name() == null || spec.name().isBlank()) {
            throw FeluccaException.invalid("invalid name: name is empty");
        }
        if (Predefined.isReserved(spec.name())) {
            // The blank at the end is dockerd's.
            throw FeluccaException.forbidden("operation is not permitted on predefined " + spec.name() + " network ");
        }
        if (Set.of(Predefined.HOST, "null").contains(spec.driver())) {
            throw FeluccaException.forbidden("only one instance of \"" + spec.driver() + "\" network is allowed");
        }
        // Docker's name for the driver of none is null.
        if (spec.driver().equals(Predefined.NONE)
                || !drivers.names(NetworkDriver.class).contains(spec.driver())) {
            throw FeluccaException.notFound("plugin \"" + spec.driver() + "\" not found");
        }
        if (!spec.ipam().driver().equals("default")) {
            throw FeluccaException.notFound("plugin \"" + spec.ipam().driver() + "\" not found");
        }
    }

    /** Puts it on the host unless it is known to be there. */
    void ensureMade(NetworkState network) {
        if (network.made || !network.hasSegments()) {
            return;
        }
        network.turn.lock();
        try {
            if (network.removed) {
                throw FeluccaException.notFound("network " + network.name() + " not found");
            }
            if (!network.made) {
                ensure(network);
            }
        } finally {
            network.turn.unlock();
        }
    }

    /** Puts it on the host again, from where somebody else took it. */
    void makeAgain(NetworkState network) {
        network.turn.lock();
        try {
            if (network.removed) {
                throw FeluccaException.notFound("network " + network.name() + " not found");
            }
            ensure(network);
        } finally {
            network.turn.unlock();
        }
    }

    private void ensure(NetworkState network) {
        List<NetworkDriver.Endpoint> joined = network.interfaces();
        call(network, driver -> {
            driver.ensure(network.segment(), network.openings());
            if (!joined.isEmpty()) {
                driver.rejoin(network.segment(), joined);
            }
        });
        network.made = true;
    }

    /** Puts back what somebody else took from the host, for all networks that belong there. @return whether all are there */
    public boolean ensureAgain() {
        boolean all = true;
        List<String> there = drivers.names(NetworkDriver.class);
        for (NetworkState network : registry.all()) {
            if (network.isExpected() && !there.contains(network.record().driver())) {
                LOG.info(
                        "network {} is put back when its driver {} comes",
                        network.name(),
                        network.record().driver());
                all = false;
            } else if (network.isExpected()) {
                network.turn.lock();
                try {
                    if (!network.removed) {
                        ensure(network);
                    }
                } catch (FeluccaException e) {
                    LOG.warn("putting back network {}: {}", network.name(), e.getMessage());
                    all = false;
                } finally {
                    network.turn.unlock();
                }
            }
        }
        return all;
    }

    /** Whether containers were reached by one of these devices of the host. */
    public boolean use(Set<String> devices) {
        return registry.all().stream()
                .anyMatch(network -> !network.hostDevice.isEmpty() && devices.contains(network.hostDevice));
    }

    /** @throws FeluccaException FORBIDDEN */
    public void remove(NetworkState network) {
        if (!network.isUsers()) {
            throw FeluccaException.forbidden(network.name() + " is a pre-defined network and cannot be removed");
        }
        network.turn.lock();
        try {
            if (network.removed) {
                throw FeluccaException.notFound("network " + network.name() + " not found");
            }
            if (!network.places.isEmpty()) {
                throw FeluccaException.forbidden("error while removing network: network " + network.name() + " id "
                        + network.id() + " has active endpoints");
            }
            network.record(network.record().toRemove());
            store.write(network.record());
            network.removed = true;
            try {
                carryOut(network);
            } catch (FeluccaException e) {
                network.removed = e.kind() != Kind.UNAVAILABLE;
                throw e;
            }
        } finally {
            network.turn.unlock();
        }
        events.tell("destroy", network);
    }

    private void carryOut(NetworkState network) {
        call(network, driver -> driver.remove(network.segment()));
        store.delete(network.id());
        ipam.close(network.id());
        registry.remove(network);
    }

    /** The host's address in the network bridge, for host-gateway. */
    public List<Cidr> bridgeGateways() {
        return registry.find(Predefined.BRIDGE).map(NetworkState::gateways).orElse(List.of());
    }

    void call(NetworkState network, Consumer<NetworkDriver> work) {
        ask(network, driver -> {
            work.accept(driver);
            return null;
        });
    }

    <R> R ask(NetworkState network, Function<NetworkDriver, R> work) {
        return drivers.<NetworkDriver, R>call(
                NetworkDriver.class, network.record().driver(), work);
    }
}

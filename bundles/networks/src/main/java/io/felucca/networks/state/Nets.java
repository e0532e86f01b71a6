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
public final class Nets {

    private static final Logger LOG = LoggerFactory.getLogger(Nets.class);

    private final NetTable table = new NetTable();
    private final NetworkStore store;
    private final Ipam ipam;
    private final Drivers drivers;
    private final NetworkEvents events;

    public Nets(NetworkStore store, Ipam ipam, Drivers drivers, NetworkEvents events) {
        this.store = store;
        this.ipam = ipam;
        this.drivers = drivers;
        this.events = events;
    }

    public NetTable table() {
        return table;
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
            Net net = loadOne(record);
            if (net != null && old.stream().noneMatch(net.record()::equals)) {
                store.write(net.record());
            }
        }
    }

    private Net loadOne(NetworkRecord record) {
        try {
            Net net = settle(
                    record,
                    record.driver().equals(Predefined.BRIDGE)
                            || record.ipam().pools().size() > 0);
            table.takeName(record.name(), record.id());
            table.add(net);
            return net;
        } catch (FeluccaException e) {
            if (record.name().equals(Predefined.BRIDGE)) {
                throw new FeluccaException(e.kind(), "the network bridge: " + e.getMessage(), e);
            }
            LOG.error("network {} ({}) is left out: {}", record.name(), record.id(), e.getMessage());
            return null;
        }
    }

    private Net settle(NetworkRecord record, boolean hasSegments) {
        if (!hasSegments) {
            return new Net(record, List.of());
        }
        Ipam.Settled settled = ipam.open(record.id(), record.ipam().pools(), record.ipv6());
        Network.Ipam shown =
                new Network.Ipam(record.ipam().driver(), record.ipam().options(), settled.pools());
        return new Net(record.settled(shown, settled.chosen()), settled.gateways());
    }

    /** Finishes removals that a crash cut. @return whether none is left */
    public boolean finishRemovals() {
        boolean all = true;
        for (Net net : table.all()) {
            if (net.record().removing()) {
                try {
                    carryOut(net);
                } catch (FeluccaException e) {
                    LOG.warn("removing network {}: {}", net.name(), e.getMessage());
                    all = false;
                }
            }
        }
        return all;
    }

    public Created create(NetworkSpec spec) {
        check(spec);
        String id = Ids.next();
        table.takeName(spec.name(), id);
        try {
            Net net = settle(
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
            List<String> warnings = make(net);
            table.add(net);
            events.tell("create", net);
            return new Created(id, String.join("\n", warnings));
        } catch (RuntimeException e) {
            ipam.close(id);
            table.freeName(spec.name(), id);
            throw e;
        }
    }

    private List<String> make(Net net) {
        call(net, driver -> driver.check(net.segment()));
        store.write(net.record());
        try {
            ensure(net);
        } catch (RuntimeException e) {
            try {
                call(net, driver -> driver.remove(net.segment()));
                store.delete(net.id());
            } catch (FeluccaException again) {
                LOG.warn("undoing the creation of network {}: {}", net.name(), again.getMessage());
                e.addSuppressed(again);
            }
            throw e;
        }
        return drivers.call(NetworkDriver.class, net.record().driver(), NetworkDriver::warnings);
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
    void ensureMade(Net net) {
        if (net.made || !net.hasSegments()) {
            return;
        }
        net.turn.lock();
        try {
            if (net.removed) {
                throw FeluccaException.notFound("network " + net.name() + " not found");
            }
            if (!net.made) {
                ensure(net);
            }
        } finally {
            net.turn.unlock();
        }
    }

    /** Puts it on the host again, from where somebody else took it. */
    void makeAgain(Net net) {
        net.turn.lock();
        try {
            if (net.removed) {
                throw FeluccaException.notFound("network " + net.name() + " not found");
            }
            ensure(net);
        } finally {
            net.turn.unlock();
        }
    }

    private void ensure(Net net) {
        List<NetworkDriver.Endpoint> joined = net.interfaces();
        call(net, driver -> {
            driver.ensure(net.segment(), net.openings());
            if (!joined.isEmpty()) {
                driver.rejoin(net.segment(), joined);
            }
        });
        net.made = true;
    }

    /** Puts back what somebody else took from the host, for all networks that belong there. @return whether all are there */
    public boolean ensureAgain() {
        boolean all = true;
        for (Net net : table.all()) {
            if (net.isExpected()) {
                net.turn.lock();
                try {
                    if (!net.removed) {
                        ensure(net);
                    }
                } catch (FeluccaException e) {
                    LOG.warn("putting back network {}: {}", net.name(), e.getMessage());
                    all = false;
                } finally {
                    net.turn.unlock();
                }
            }
        }
        return all;
    }

    /** Whether containers were reached by one of these devices of the host. */
    public boolean use(Set<String> devices) {
        return table.all().stream().anyMatch(net -> !net.hostDevice.isEmpty() && devices.contains(net.hostDevice));
    }

    /** @throws FeluccaException FORBIDDEN */
    public void remove(Net net) {
        if (!net.isUsers()) {
            throw FeluccaException.forbidden(net.name() + " is a pre-defined network and cannot be removed");
        }
        net.turn.lock();
        try {
            if (net.removed) {
                throw FeluccaException.notFound("network " + net.name() + " not found");
            }
            if (!net.places.isEmpty()) {
                throw FeluccaException.forbidden("error while removing network: network " + net.name() + " id "
                        + net.id() + " has active endpoints");
            }
            net.record(net.record().toRemove());
            store.write(net.record());
            net.removed = true;
            try {
                carryOut(net);
            } catch (FeluccaException e) {
                net.removed = e.kind() != Kind.UNAVAILABLE;
                throw e;
            }
        } finally {
            net.turn.unlock();
        }
        events.tell("destroy", net);
    }

    private void carryOut(Net net) {
        call(net, driver -> driver.remove(net.segment()));
        store.delete(net.id());
        ipam.close(net.id());
        table.remove(net);
    }

    /** The host's address in the network bridge, for host-gateway. */
    public List<Cidr> bridgeGateways() {
        return table.find(Predefined.BRIDGE).map(Net::gateways).orElse(List.of());
    }

    void call(Net net, Consumer<NetworkDriver> work) {
        ask(net, driver -> {
            work.accept(driver);
            return null;
        });
    }

    <R> R ask(Net net, Function<NetworkDriver, R> work) {
        return drivers.<NetworkDriver, R>call(NetworkDriver.class, net.record().driver(), work);
    }
}

package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Driver;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import io.felucca.linux.net.Nftables;
import io.felucca.linux.net.Rtnetlink;
import io.felucca.network.spi.NetworkDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code --network bridge} and networks of that driver: a Linux bridge on the host for each, a veth pair for each
 * endpoint, and one nftables table for all. Keeps nothing in memory.
 */
@Component(service = NetworkDriver.class, immediate = true)
@Driver(kind = NetworkDriver.KIND, name = "bridge")
public final class BridgeNetworkDriver implements NetworkDriver {

    private final Bridges bridges;
    private final Interfaces interfaces;
    private final BridgeRules rules;
    private final ForeignRules foreign;
    private final HostSettings settings = new HostSettings();
    private final Nftables nftables;

    @Activate
    public BridgeNetworkDriver(
            @Reference EngineRoot engine,
            @Reference Rtnetlink rtnetlink,
            @Reference Namespaces namespaces,
            @Reference Nftables nftables,
            @Reference Processes processes) {
        this.nftables = nftables;
        interfaces = new Interfaces(rtnetlink, namespaces, settings, engine.id());
        rules = new BridgeRules(nftables, engine.id());
        bridges = new Bridges(rtnetlink, settings, engine, rules::removeEngine);
        foreign = new ForeignRules(nftables, processes, engine.id());
    }

    @Override
    public NamespaceMode namespaceMode() {
        return NamespaceMode.PRIVATE;
    }

    @Override
    public boolean hasSegments() {
        return true;
    }

    @Override
    public Optional<String> probe() {
        return Optional.of(nftables.problem()).filter(problem -> !problem.isEmpty());
    }

    @Override
    public List<String> warnings() {
        return settings.warnings();
    }

    @Override
    public void check(Segment segment) {
        BridgeOptions.of(segment);
    }

    /** One segment at a time: the last to go takes the table along. */
    @Override
    public synchronized void ensure(Segment segment, List<Opening> openings) {
        BridgeOptions bridge = BridgeOptions.of(segment);
        bridges.ensure(segment, bridge);
        settings.forward(segment);
        rules.ensure(segment, bridge, openings);
        foreign.ensure(bridge.name());
    }

    @Override
    public synchronized void remove(Segment segment) {
        BridgeOptions bridge = BridgeOptions.of(segment);
        foreign.remove(bridge.name());
        rules.remove(segment, bridge);
        bridges.remove(segment, bridge);
    }

    @Override
    public Attachment join(Segment segment, Endpoint endpoint, Path namespace) {
        return interfaces.join(BridgeOptions.of(segment), endpoint, namespace);
    }

    @Override
    public void rejoin(Segment segment, List<Endpoint> endpoints) {
        interfaces.rejoin(BridgeOptions.of(segment), endpoints);
    }

    @Override
    public void route(Segment segment, Endpoint endpoint, Path namespace) {
        interfaces.route(endpoint, namespace);
    }

    @Override
    public void leave(Segment segment, Endpoint endpoint, boolean ended) {
        interfaces.leave(BridgeOptions.of(segment), endpoint, ended);
    }

    @Override
    public void open(Segment segment, List<Opening> openings) {
        try {
            rules.open(openings);
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            // Somebody has flushed the rules.
            ensure(segment, openings);
        }
    }

    @Override
    public void close(Segment segment, List<Opening> openings) {
        rules.close(openings);
    }
}

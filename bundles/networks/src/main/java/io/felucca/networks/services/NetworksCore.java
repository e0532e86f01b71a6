package io.felucca.networks.services;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.RequiresDriver;
import io.felucca.events.Events;
import io.felucca.linux.Sockets;
import io.felucca.linux.net.Conntrack;
import io.felucca.linux.net.Namespaces;
import io.felucca.linux.net.Nftables;
import io.felucca.linux.net.PortClaims;
import io.felucca.linux.net.Rtnetlink;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.Network;
import io.felucca.networks.NetworkSpec;
import io.felucca.networks.NetworkUsers;
import io.felucca.networks.Networks;
import io.felucca.networks.address.Ipam;
import io.felucca.networks.names.HostResolvers;
import io.felucca.networks.names.NameService;
import io.felucca.networks.names.ResolverFile;
import io.felucca.networks.ports.HostPorts;
import io.felucca.networks.ports.PortPublisher;
import io.felucca.networks.record.NetworkStore;
import io.felucca.networks.relay.Relays;
import io.felucca.networks.sandbox.HostReconciler;
import io.felucca.networks.settings.NetworkDefaults;
import io.felucca.networks.settings.NetworksConfig;
import io.felucca.networks.state.NetworkController;
import io.felucca.networks.state.NetworkEvents;
import io.felucca.networks.state.NetworkFilters;
import io.felucca.networks.state.NetworkState;
import io.felucca.networks.state.Predefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** The façade of networks. What containers ask of them is a service of its own, {@link SandboxCore}. */
@Component(
        service = {Networks.class, NetworksCore.class},
        configurationPid = NetworksConfig.PID,
        immediate = true)
@Designate(ocd = NetworksConfig.class)
@RequiresDriver(NetworkDriver.KIND)
public final class NetworksCore implements Networks {

    /** The parts that {@link SandboxCore} shares with this. */
    record Parts(
            NetworkController controller,
            HostPorts ports,
            PortPublisher publisher,
            NameService names,
            Drivers drivers,
            NetworkDefaults defaults,
            HostReconciler reconciler,
            ResolverFile resolverFile) {}

    private final List<NetworkUsers> users = new CopyOnWriteArrayList<>();
    private final NetworkController controller;
    private final PortPublisher publisher;
    private final NameService names;
    private final HostWatch watch;
    private final HostReconciler reconciler;
    private final Parts parts;

    @Activate
    public NetworksCore(
            NetworksConfig config,
            @Reference EngineRoot root,
            @Reference Drivers drivers,
            @Reference PortClaims claims,
            @Reference Namespaces namespaces,
            @Reference Rtnetlink rtnetlink,
            @Reference Nftables nftables,
            @Reference Conntrack conntrack,
            @Reference Sockets sockets,
            @Reference Events events) {
        NetworkDefaults defaults = NetworkDefaults.of(config, root.id());
        controller = new NetworkController(
                new NetworkStore(root.dataRoot().resolve("networks")),
                new Ipam(defaults.pools(), () -> routes(rtnetlink)),
                drivers,
                new NetworkEvents(events));
        controller.load(new Predefined(defaults));
        HostPorts ports = new HostPorts(claims, defaults.firstPort(), defaults.lastPort());
        publisher = new PortPublisher(
                drivers,
                defaults.portMappers(),
                new Relays((protocol, peer, here) -> conntrack.destination(protocol.number(), peer, here)));
        ResolverFile resolverFile = new ResolverFile();
        names = new NameService(
                controller.table(), publisher, namespaces, new HostResolvers(defaults.dns(), resolverFile));
        reconciler = new HostReconciler(controller, publisher, drivers, () -> users.forEach(NetworkUsers::driverCame));
        parts = new Parts(controller, ports, publisher, names, drivers, defaults, reconciler, resolverFile);
        watch = new HostWatch(nftables, rtnetlink, sockets, controller::use, reconciler::restore);
    }

    Parts parts() {
        return parts;
    }

    private static List<Cidr> routes(Rtnetlink rtnetlink) {
        try (Rtnetlink.Connection connection = rtnetlink.open()) {
            List<Cidr> reached = new ArrayList<>();
            connection.routes().stream()
                    .filter(route -> route.prefixLength() > 0)
                    .forEach(route -> reached.add(new Cidr(route.destination(), route.prefixLength())));
            connection.addresses().forEach(address -> reached.add(new Cidr(address.address(), address.prefixLength())));
            return reached;
        }
    }

    /** Containers go on with their networks; only what the engine itself serves ends. */
    @Deactivate
    void deactivate() {
        watch.close();
        reconciler.close();
        names.close();
        publisher.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindUsers(NetworkUsers user) {
        users.add(user);
    }

    void unbindUsers(NetworkUsers user) {
        users.remove(user);
    }

    @Override
    public Created create(NetworkSpec spec) {
        return controller.create(spec);
    }

    @Override
    public Network get(String name) {
        return controller.table().get(name).network();
    }

    @Override
    public List<Network> list(Map<String, List<String>> filters) {
        NetworkFilters matching = NetworkFilters.ofList(filters);
        return controller.table().all().stream()
                .filter(net -> matching.matches(net, !net.places.isEmpty()))
                .map(NetworkState::network)
                .toList();
    }

    @Override
    public void remove(String name) {
        controller.remove(controller.table().get(name));
    }

    @Override
    public List<String> prune(Map<String, List<String>> filters) {
        NetworkFilters matching = NetworkFilters.ofPrune(filters);
        Set<String> used =
                users.stream().flatMap(user -> user.networksInUse().stream()).collect(Collectors.toSet());
        List<String> removed = new ArrayList<>();
        for (NetworkState net : controller.table().all()) {
            boolean inUse = !net.places.isEmpty() || used.contains(net.name()) || used.contains(net.id());
            if (!net.isUsers() || inUse || !matching.matches(net, false)) {
                continue;
            }
            try {
                controller.remove(net);
                removed.add(net.name());
            } catch (FeluccaException e) {
                if (e.kind() != FeluccaException.Kind.FORBIDDEN && e.kind() != FeluccaException.Kind.NOT_FOUND) {
                    throw e;
                }
                // Somebody joined or removed it meanwhile.
            }
        }
        controller.events().tellPruned();
        return removed;
    }
}

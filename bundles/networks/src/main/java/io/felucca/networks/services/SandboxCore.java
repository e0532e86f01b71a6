package io.felucca.networks.services;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandboxes;
import io.felucca.networks.names.NameService;
import io.felucca.networks.names.ResolverFile;
import io.felucca.networks.ports.HostPorts;
import io.felucca.networks.ports.PortBindingParser;
import io.felucca.networks.ports.PortPublisher;
import io.felucca.networks.sandbox.EndpointChecks;
import io.felucca.networks.sandbox.HostReconciler;
import io.felucca.networks.sandbox.SandboxChanges;
import io.felucca.networks.settings.NetworkDefaults;
import io.felucca.networks.state.Endpoints;
import io.felucca.networks.state.NetworkController;
import io.felucca.networks.state.NetworkState;
import io.felucca.networks.state.Predefined;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What containers ask of the networks, step by step. */
@Component(service = Sandboxes.class)
public final class SandboxCore implements Sandboxes {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxCore.class);

    private final NetworkController controller;
    private final Endpoints endpoints;
    private final HostPorts ports;
    private final PortPublisher publisher;
    private final NameService names;
    private final Drivers drivers;
    private final NetworkDefaults defaults;
    private final HostReconciler reconciler;
    private final SandboxChanges changes;
    private final ResolverFile resolverFile;

    @Activate
    public SandboxCore(@Reference NetworksCore networks) {
        NetworksCore.Parts parts = networks.parts();
        controller = parts.controller();
        endpoints = new Endpoints(controller);
        ports = parts.ports();
        publisher = parts.publisher();
        names = parts.names();
        drivers = parts.drivers();
        defaults = parts.defaults();
        reconciler = parts.reconciler();
        resolverFile = parts.resolverFile();
        changes = new SandboxChanges(endpoints, ports, publisher, names, this::hasNames);
    }

    @Override
    public String defaultMode() {
        boolean bridge = controller.table().find(Predefined.BRIDGE).isPresent()
                && drivers.names(NetworkDriver.class).contains(Predefined.BRIDGE);
        return bridge ? Predefined.BRIDGE : Predefined.NONE;
    }

    @Override
    public void check(Member member) {
        PortBindingParser.check(member.ports());
        EndpointChecks.form(member);
    }

    @Override
    public void checkConnect(String network, EndpointSpec spec, Set<String> others) {
        EndpointChecks.connect(
                controller.table().get(network),
                spec,
                others.stream()
                        .map(controller.table()::find)
                        .flatMap(Optional::stream)
                        .toList());
    }

    @Override
    public NamespaceMode namespaceMode(String mode) {
        if (mode.isEmpty()) {
            return NamespaceMode.PRIVATE;
        }
        String driver = controller.table().get(mode).record().driver();
        return drivers.call(NetworkDriver.class, driver, NetworkDriver::namespaceMode);
    }

    @Override
    public boolean hasNames(Sandbox sandbox) {
        return sandbox.endpoints().stream()
                .map(endpoint -> controller.table().find(endpoint.networkId()))
                .flatMap(Optional::stream)
                .anyMatch(NetworkState::isUsers);
    }

    @Override
    public InetAddress hostGateway() {
        if (!defaults.hostGateway().isEmpty()) {
            return Cidr.parseAddress(defaults.hostGateway());
        }
        return controller.bridgeGateways().stream()
                .map(Cidr::address)
                .findFirst()
                .orElseThrow(() -> FeluccaException.invalid(
                        "unable to derive the IP value for host-gateway: there is no network bridge"));
    }

    @Override
    public Dns dns() {
        return new Dns(defaults.dns(), defaults.dnsSearch(), defaults.dnsOptions());
    }

    @Override
    public Path resolverFile() {
        return resolverFile.path();
    }

    @Override
    public Sandbox prepare(Member member) {
        List<Endpoint> taken = new ArrayList<>();
        try {
            for (Map.Entry<NetworkState, EndpointSpec> wanted : wanted(member).entrySet()) {
                EndpointChecks.endpoint(wanted.getKey(), wanted.getValue());
                taken.add(endpoints.take(member, wanted.getKey(), wanted.getValue(), taken));
            }
            Sandbox sandbox = Sandbox.NONE.with(endpoints.routed(taken));
            return sandbox.with(changes.takePorts(member, sandbox, Map.of()));
        } catch (RuntimeException e) {
            taken.forEach(endpoint -> endpoints.leave(member, endpoint, true));
            throw e;
        }
    }

    private Map<NetworkState, EndpointSpec> wanted(Member member) {
        Map<NetworkState, EndpointSpec> wanted = new LinkedHashMap<>();
        NetworkState first = member.mode().isEmpty() ? null : controller.table().get(member.mode());
        if (first != null) {
            wanted.put(first, EndpointSpec.NONE);
        }
        new TreeMap<>(member.endpoints()).forEach((name, spec) -> {
            NetworkState net =
                    name.equals(Predefined.DEFAULT) ? first : controller.table().get(name);
            wanted.put(net, spec);
        });
        return wanted;
    }

    @Override
    public Sandbox join(Member member, Sandbox sandbox, Path namespace) {
        Sandbox joined = sandbox;
        for (Endpoint endpoint : sandbox.endpoints()) {
            joined = joined.replace(endpoints.join(member, endpoint, sandbox.links(), namespace));
        }
        publisher.change(member.containerId(), joined);
        if (hasNames(joined)) {
            names.open(member, joined, namespace);
        }
        return joined;
    }

    @Override
    public List<Integer> portHolders(String containerId) {
        return ports.forMonitor(containerId);
    }

    @Override
    public void leave(Member member, Sandbox sandbox) {
        names.close(member.containerId());
        publisher.change(member.containerId(), Sandbox.NONE);
        ports.free(member.containerId(), sandbox.ports());
        ports.ended(member.containerId());
        for (Endpoint endpoint : sandbox.endpoints()) {
            endpoints.leave(member, endpoint, true);
        }
    }

    @Override
    public void adopt(Member member, Sandbox sandbox) {
        for (Endpoint endpoint : sandbox.endpoints()) {
            try {
                endpoints.adopt(member, endpoint, sandbox.links());
            } catch (FeluccaException e) {
                LOG.error("container {} in network {}: {}", member.containerId(), endpoint.network(), e.getMessage());
            }
        }
        ports.adopt(member.containerId(), sandbox.ports());
        publisher.adopt(member.containerId(), sandbox);
    }

    @Override
    public void resume(Member member, Sandbox sandbox, Path namespace) {
        if (hasNames(sandbox)) {
            names.open(member, sandbox, namespace);
        }
    }

    @Override
    public void restore() {
        reconciler.restore();
    }

    @Override
    public Sandbox connect(Member member, Sandbox sandbox, String network, EndpointSpec spec, Path namespace) {
        return changes.connect(member, sandbox, controller.table().get(network), spec, namespace);
    }

    @Override
    public Sandbox disconnect(Member member, Sandbox sandbox, String network, Path namespace) {
        return changes.disconnect(member, sandbox, controller.table().get(network), namespace);
    }

    @Override
    public Sandbox publish(Member member, Sandbox sandbox) {
        return changes.publish(member, sandbox);
    }

    @Override
    public void renamed(String containerId, String name) {
        for (NetworkState network : controller.table().all()) {
            network.places.computeIfPresent(
                    containerId, (id, place) -> new NetworkState.Place(id, name, place.hostname(), place.endpoint()));
        }
    }

    @Override
    public LinkDriver.Link link(LinkDriver.Recipient recipient, LinkDriver.Source source) {
        List<String> there = drivers.names(LinkDriver.class);
        if (there.isEmpty()) {
            throw FeluccaException.unavailable("links need a link driver: install its bundle");
        }
        return drivers.call(LinkDriver.class, there.get(0), driver -> driver.link(recipient, source));
    }

    @Override
    public Sandbox relink(Member member, Sandbox sandbox, List<Sandbox.Link> links) {
        for (Endpoint endpoint : sandbox.endpoints()) {
            if (!endpoint.interfaceName().isEmpty()) {
                endpoints.relink(member.containerId(), endpoint, links);
            }
        }
        return sandbox.withLinks(links);
    }
}

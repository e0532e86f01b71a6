package io.felucca.networks.sandbox;

import io.felucca.FeluccaException;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.names.NameService;
import io.felucca.networks.ports.HostPorts;
import io.felucca.networks.ports.PortBindingParser;
import io.felucca.networks.ports.PortPublisher;
import io.felucca.networks.state.Endpoints;
import io.felucca.networks.state.NetworkState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What changes of a container's networks and ports while it runs: whole, or nothing of it. */
public final class SandboxChanges {

    private final Endpoints endpoints;
    private final HostPorts ports;
    private final PortPublisher publisher;
    private final NameService names;
    private final Predicate<Sandbox> hasNames;

    /** @param hasNames whether a container's names are served */
    public SandboxChanges(
            Endpoints endpoints,
            HostPorts ports,
            PortPublisher publisher,
            NameService names,
            Predicate<Sandbox> hasNames) {
        this.endpoints = endpoints;
        this.ports = ports;
        this.publisher = publisher;
        this.names = names;
        this.hasNames = hasNames;
    }

    public Sandbox connect(Member member, Sandbox sandbox, NetworkState network, EndpointSpec spec, Path namespace) {
        if (sandbox.in(network.id()).isPresent()) {
            throw FeluccaException.forbidden(
                    "endpoint with name " + member.name() + " already exists in network " + network.name());
        }
        List<Endpoint> all = new ArrayList<>(sandbox.endpoints());
        Endpoint added = endpoints.take(member, network, spec, all);
        all.add(added);
        Sandbox wanted = sandbox.with(endpoints.routed(all));
        try {
            Endpoint joined = endpoints.join(member, wanted.in(network.id()).orElseThrow(), sandbox.links(), namespace);
            return moved(member, sandbox, wanted.replace(joined), namespace);
        } catch (RuntimeException e) {
            undo(e, () -> endpoints.leave(member, added, false));
            for (Endpoint endpoint : sandbox.endpoints()) {
                if (!endpoint.interfaceName().isEmpty()) {
                    undo(e, () -> endpoints.route(member, endpoint, namespace));
                }
            }
            throw e;
        }
    }

    private static void undo(RuntimeException failure, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void serveNames(Member member, Sandbox sandbox, Path namespace) {
        if (hasNames.test(sandbox)) {
            names.open(member, sandbox, namespace);
        } else {
            names.close(member.containerId());
        }
    }

    public Sandbox disconnect(Member member, Sandbox sandbox, NetworkState network, Path namespace) {
        Endpoint gone = sandbox.in(network.id())
                .orElseThrow(() -> FeluccaException.forbidden(
                        "container " + member.containerId() + " is not connected to network " + network.name()));
        EndpointChecks.disconnect(network);
        List<Endpoint> rest = sandbox.endpoints().stream()
                .filter(endpoint -> !endpoint.id().equals(gone.id()))
                .toList();
        endpoints.leave(member, gone, false);
        return moved(member, sandbox, sandbox.with(endpoints.routed(rest)), namespace);
    }

    /** After a change of its networks: default route, published ports and names follow. */
    private Sandbox moved(Member member, Sandbox before, Sandbox now, Path namespace) {
        Sandbox after = now;
        for (Endpoint endpoint : now.endpoints()) {
            boolean was =
                    before.in(endpoint.networkId()).map(Endpoint::defaultRoute).orElse(endpoint.defaultRoute());
            if (was != endpoint.defaultRoute()) {
                endpoints.route(member, endpoint, namespace);
            }
        }
        boolean taking = now.ports().isEmpty();
        if (now.outer().isEmpty()) {
            ports.free(member.containerId(), now.ports());
            after = now.with(Map.of());
        } else if (taking) {
            after = now.with(takePorts(member, now, Map.of()));
        }
        try {
            publisher.change(member.containerId(), after);
        } catch (RuntimeException e) {
            freeTaken(member, taking, after);
            throw e;
        }
        try {
            serveNames(member, after, namespace);
        } catch (RuntimeException e) {
            undo(e, () -> publisher.change(member.containerId(), before));
            freeTaken(member, taking, after);
            throw e;
        }
        return after;
    }

    private void freeTaken(Member member, boolean taken, Sandbox after) {
        if (taken) {
            ports.free(member.containerId(), after.ports());
        }
    }

    public Sandbox publish(Member member, Sandbox sandbox) {
        PortBindingParser.check(member.ports());
        if (sandbox.outer().isEmpty()) {
            return sandbox;
        }
        Map<String, List<PortBinding>> wanted = takePorts(member, sandbox, sandbox.ports());
        if (wanted.equals(sandbox.ports())) {
            return sandbox;
        }
        Sandbox after = sandbox.with(wanted);
        try {
            publisher.change(member.containerId(), after);
        } catch (RuntimeException e) {
            ports.freeRest(member.containerId(), wanted, sandbox.ports());
            throw e;
        }
        ports.freeRest(member.containerId(), sandbox.ports(), wanted);
        return after;
    }

    /** Nothing is published for a container that no network leads out of. */
    public Map<String, List<PortBinding>> takePorts(
            Member member, Sandbox sandbox, Map<String, List<PortBinding>> kept) {
        Optional<Endpoint> outer = sandbox.outer();
        if (outer.isEmpty()) {
            return Map.of();
        }
        try {
            return ports.take(member.containerId(), PortBindingParser.wanted(member), kept);
        } catch (FeluccaException e) {
            throw connectivity(e, member, outer.get());
        }
    }

    private static FeluccaException connectivity(FeluccaException e, Member member, Endpoint endpoint) {
        return new FeluccaException(
                FeluccaException.Kind.SYSTEM,
                "driver failed programming external connectivity on endpoint " + member.name() + " (" + endpoint.id()
                        + "): " + e.getMessage(),
                e);
    }
}

package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.HostConfig;
import io.felucca.network.spi.Cidr;
import java.util.List;

/** What a network mode forbids, and how hosts entries are written, with dockerd 20.10's texts (runconfig, opts). */
public final class NetworkChecks {

    private static final String CONTAINER = "container:";
    private static final String HOST_GATEWAY = "host-gateway";

    private NetworkChecks() {}

    /**
     * What is given at create, before anything of the image is added. In dockerd's order.
     *
     * @return warnings
     * @throws FeluccaException INVALID
     */
    public static List<String> check(ContainerSpec spec) {
        HostConfig host = spec.hostConfig();
        host.extraHosts().forEach(NetworkChecks::extraHost);
        if (host.networkMode().startsWith(CONTAINER)) {
            shared(spec, host);
        }
        boolean hosts = host.networkMode().equals("host");
        if (hosts && !host.links().isEmpty()) {
            throw conflict("host type networking can't be used with links. This would result in undefined behavior");
        }
        return hosts && !host.portBindings().isEmpty()
                ? List.of("Published ports are discarded when using host network mode")
                : List.of();
    }

    private static void shared(ContainerSpec spec, HostConfig host) {
        if (host.networkMode().equals(CONTAINER)) {
            throw FeluccaException.invalid("Invalid network mode: invalid container format container:<name|id>");
        }
        refuse(!spec.config().hostname().isEmpty(), "hostname and the network mode");
        refuse(
                !host.links().isEmpty(),
                "container type network can't be used with links. This would result in undefined behavior");
        refuse(!host.dns().isEmpty(), "dns and the network mode");
        refuse(!host.extraHosts().isEmpty(), "custom host-to-IP mapping and the network mode");
        refuse(
                spec.endpoints().values().stream()
                        .anyMatch(endpoint -> !endpoint.macAddress().isEmpty()),
                "mac-address and the network mode");
        published(host);
        refuse(!spec.config().exposedPorts().isEmpty(), "port exposing and the container type network mode");
    }

    /** @throws FeluccaException INVALID for ports of a container that shares another's network */
    static void published(HostConfig host) {
        refuse(
                host.networkMode().startsWith(CONTAINER)
                        && (!host.portBindings().isEmpty() || host.publishAllPorts()),
                "port publishing and the container type network mode");
    }

    private static void extraHost(String word) {
        int colon = word.indexOf(':');
        if (colon < 1) {
            throw FeluccaException.invalid("bad format for add-host: \"" + word + "\"");
        }
        String address = word.substring(colon + 1);
        try {
            if (!address.equals(HOST_GATEWAY)) {
                Cidr.parseAddress(address);
            }
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "invalid IP address in add-host: \"" + address + "\"", e);
        }
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw conflict(what);
        }
    }

    static FeluccaException conflict(String what) {
        return FeluccaException.invalid("conflicting options: " + what);
    }
}

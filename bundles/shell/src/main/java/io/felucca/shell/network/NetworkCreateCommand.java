package io.felucca.shell.network;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.Network;
import io.felucca.networks.NetworkSpec;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network create}. */
@Command(customSynopsis = "[OPTIONS] NETWORK", description = "Create a network")
final class NetworkCreateCommand extends NetworkCommand {

    @Option(names = "--attachable", arity = "1", description = "Enable manual container attachment")
    boolean attachable;

    @Option(
            names = "--aux-address",
            paramLabel = "map",
            description = "Auxiliary IPv4 or IPv6 addresses used by Network driver (default map[])")
    List<String> auxAddresses = new ArrayList<>();

    @Option(
            names = {"-d", "--driver"},
            description = "Driver to manage the Network")
    String driver = "bridge";

    @Option(names = "--gateway", paramLabel = "ipSlice", description = "IPv4 or IPv6 Gateway for the master subnet")
    List<String> gateways = new ArrayList<>();

    @Option(names = "--internal", arity = "1", description = "Restrict external access to the network")
    boolean internal;

    @Option(names = "--ip-range", paramLabel = "strings", description = "Allocate container ip from a sub-range")
    List<String> ranges = new ArrayList<>();

    @Option(names = "--ipam-driver", description = "IP Address Management Driver")
    String ipamDriver = "default";

    @Option(names = "--ipam-opt", paramLabel = "map", description = "Set IPAM driver specific options (default map[])")
    List<String> ipamOptions = new ArrayList<>();

    @Option(names = "--ipv6", arity = "1", description = "Enable or disable IPv6 address assignment")
    boolean ipv6;

    @Option(names = "--label", paramLabel = "list", description = "Set metadata on a network")
    List<String> labels = new ArrayList<>();

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "map",
            description = "Set driver specific options (default map[])")
    List<String> options = new ArrayList<>();

    @Option(
            names = "--subnet",
            paramLabel = "strings",
            description = "Subnet in CIDR format that represents a network segment")
    List<String> subnets = new ArrayList<>();

    NetworkCreateCommand(Networks networks) {
        super(networks);
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) {
        Networks.Created created = networks.create(new NetworkSpec(
                words.get(0),
                driver,
                ipv6,
                new Network.Ipam(ipamDriver, Pairs.of(ipamOptions), pools()),
                internal,
                attachable,
                Pairs.of(options),
                Pairs.of(labels)));
        if (!created.warning().isEmpty()) {
            user.err().println("WARNING: " + created.warning());
        }
        user.out().println(created.id());
        return 0;
    }

    /** Each range, gateway and address goes to its subnet; the texts are the docker command's. */
    private List<Network.Pool> pools() {
        if (subnets.isEmpty() && (!ranges.isEmpty() || !gateways.isEmpty())) {
            throw new CommandFailure(1, "every ip-range or gateway must have a corresponding subnet");
        }
        for (int i = 0; i < subnets.size(); i++) {
            for (String other : subnets.subList(i + 1, subnets.size())) {
                if (cidr(subnets.get(i)).overlaps(cidr(other))) {
                    throw new CommandFailure(1, "multiple overlapping subnet configuration is not supported");
                }
            }
        }
        Map<String, String> range = new LinkedHashMap<>();
        for (String one : ranges) {
            String subnet = subnetOf(one.contains("/") ? cidr(one) : null, "range", one);
            if (range.putIfAbsent(subnet, one) != null) {
                throw new CommandFailure(
                        1,
                        "cannot configure multiple ranges (" + one + ", " + range.get(subnet) + ") on the same subnet ("
                                + subnet + ")");
            }
        }
        Map<String, String> gateway = new LinkedHashMap<>();
        for (String one : gateways) {
            String subnet = subnetOf(address(one), "gateway", one);
            if (gateway.putIfAbsent(subnet, one) != null) {
                throw new CommandFailure(
                        1,
                        "cannot configure multiple gateways (" + one + ", " + gateway.get(subnet)
                                + ") for the same subnet (" + subnet + ")");
            }
        }
        Map<String, Map<String, String>> aux = new LinkedHashMap<>();
        Pairs.of(auxAddresses)
                .forEach((name, one) -> aux.computeIfAbsent(
                                subnetOf(address(one), "aux-address", one), subnet -> new LinkedHashMap<>())
                        .put(name, one));
        List<Network.Pool> pools = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String subnet : subnets) {
            if (seen.add(subnet)) {
                pools.add(new Network.Pool(subnet, range.get(subnet), gateway.get(subnet), aux.get(subnet)));
            }
        }
        return pools;
    }

    private String subnetOf(Cidr asked, String what, String text) {
        for (String subnet : subnets) {
            if (asked != null && cidr(subnet).contains(asked.address())) {
                return subnet;
            }
        }
        throw new CommandFailure(1, "no matching subnet for " + what + " " + text);
    }

    private static Cidr address(String text) {
        try {
            return new Cidr(Cidr.parseAddress(text), 0);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "invalid argument \"" + text + "\": failed to parse IP: \"" + text + "\"", e);
        }
    }

    private static Cidr cidr(String text) {
        try {
            return Cidr.parse(text);
        } catch (FeluccaException e) {
            throw new CommandFailure(
                    1, "Error response from daemon: Invalid subnet " + text + " : " + e.getMessage(), e);
        }
    }
}

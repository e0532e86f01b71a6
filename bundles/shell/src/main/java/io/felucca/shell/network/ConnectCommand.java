package io.felucca.shell.network;

import io.felucca.containers.Containers;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network connect}. */
@Command(customSynopsis = "[OPTIONS] NETWORK CONTAINER", description = "Connect a container to a network")
final class ConnectCommand extends NetworkCommand {

    @Option(names = "--alias", paramLabel = "strings", description = "Add network-scoped alias for the container")
    List<String> aliases = new ArrayList<>();

    @Option(names = "--driver-opt", paramLabel = "strings", description = "driver options for the network")
    List<String> options = new ArrayList<>();

    @Option(names = "--ip", description = "IPv4 address (e.g., \"172.30.100.104\")")
    String ip = "";

    @Option(names = "--ip6", description = "IPv6 address (e.g., \"2001:db8::33\")")
    String ip6 = "";

    @Option(names = "--link", paramLabel = "list", description = "Add link to another container")
    List<String> links = new ArrayList<>();

    private final Containers containers;

    ConnectCommand(Networks networks, Containers containers) {
        super(networks);
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(2);
    }

    @Override
    public int run(ClientSession user) {
        containers.connect(
                words.get(1), words.get(0), new EndpointSpec(ip, ip6, links, aliases, "", Pairs.of(options)));
        return 0;
    }
}

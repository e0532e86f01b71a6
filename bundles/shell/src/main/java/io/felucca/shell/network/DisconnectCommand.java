package io.felucca.shell.network;

import io.felucca.containers.Containers;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network disconnect}. */
@Command(customSynopsis = "[OPTIONS] NETWORK CONTAINER", description = "Disconnect a container from a network")
final class DisconnectCommand extends NetworkCommand {

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Force the container to disconnect from a network")
    boolean force;

    private final Containers containers;

    DisconnectCommand(Networks networks, Containers containers) {
        super(networks);
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(2);
    }

    @Override
    public int run(ClientSession user) {
        containers.disconnect(words.get(1), words.get(0), force);
        return 0;
    }
}

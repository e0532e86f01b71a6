package io.felucca.shell.network;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.EachName;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network rm}. */
@Command(customSynopsis = "NETWORK [NETWORK...]", description = "Remove one or more networks")
final class NetworkRemoveCommand extends NetworkCommand {

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Do not error if the network does not exist")
    boolean force;

    NetworkRemoveCommand(Networks networks) {
        super(networks);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        return EachName.run(words, user, name -> {
            try {
                networks.remove(name);
            } catch (FeluccaException e) {
                if (!force || e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
            return name;
        });
    }
}

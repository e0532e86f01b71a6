package io.felucca.shell.network;

import io.felucca.networks.Networks;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code network prune}. */
@Command(customSynopsis = "[OPTIONS]", description = "Remove all unused networks")
final class NetworkPruneCommand extends NetworkCommand {

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"until=<timestamp>\")")
    List<String> filters = new ArrayList<>();

    @Mixin
    private Pruning pruning;

    NetworkPruneCommand(Networks networks) {
        super(networks);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        String warning = "WARNING! This will remove all custom networks not used by at least one container.";
        if (!pruning.confirmed(user, warning)) {
            throw new CommandFailure(1, "network prune has been cancelled");
        }
        Pruning.printRemoved(user, "Deleted Networks:", networks.prune(FilterOptions.of(filters)));
        return 0;
    }
}

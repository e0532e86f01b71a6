package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Pruned;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code container prune}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Remove all stopped containers")
final class ContainerPruneCommand implements Command {

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"until=<timestamp>\")")
    List<String> filters = new ArrayList<>();

    @Mixin
    private Pruning pruning;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;

    ContainerPruneCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public int run(ClientSession user) throws IOException {
        if (!pruning.confirmed(user, "WARNING! This will remove all stopped containers.")) {
            return 1;
        }
        Pruned pruned = containers.prune(FilterOptions.of(filters));
        Pruning.printRemoved(user, "Deleted Containers:", pruned.ids());
        Pruning.printReclaimed(user, pruned.reclaimedBytes());
        return 0;
    }
}

package io.felucca.shell.build;

import io.felucca.builder.Builder;
import io.felucca.builder.Builder.Prune;
import io.felucca.builder.Builder.Pruned;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.command.Values;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code builder prune} */
@picocli.CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Remove build cache")
final class CachePruneCommand implements Command {

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Remove all unused build cache, not just dangling ones")
    boolean all;

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"until=24h\")")
    List<String> filters = new ArrayList<>();

    @Option(
            names = "--keep-storage",
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Amount of disk space to keep for cache")
    long keepBytes;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Mixin
    private Pruning pruning;

    private final Supplier<Builder> builder;

    CachePruneCommand(Supplier<Builder> builder) {
        this.builder = builder;
    }

    @Override
    public int run(ClientSession user) throws IOException {
        String warning = "WARNING! This will remove all " + (all ? "" : "dangling ") + "build cache.";
        if (!pruning.confirmed(user, warning)) {
            throw new CommandFailure(1, "builder prune has been cancelled");
        }
        Pruned pruned = builder.get().prune(new Prune(FilterOptions.of(filters), keepBytes));
        Pruning.printRemoved(user, "Deleted build cache objects:", pruned.ids());
        Pruning.printReclaimed(user, pruned.reclaimedBytes());
        return 0;
    }
}

package io.felucca.shell.volume;

import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volumes;
import io.felucca.volumes.Volumes.Pruned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code volume prune}. */
@Command(customSynopsis = "[OPTIONS]", description = "Remove unused local volumes")
final class VolumePruneCommand extends VolumeCommand {

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Remove all unused volumes, not just anonymous ones")
    boolean all;

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"label=<label>\")")
    List<String> filters = new ArrayList<>();

    @Mixin
    private Pruning pruning;

    VolumePruneCommand(Volumes volumes) {
        super(volumes);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        Map<String, List<String>> wanted = FilterOptions.of(filters);
        if (all) {
            if (wanted.containsKey("all")) {
                throw new CommandFailure(1, "conflicting options: cannot specify both --all and --filter all=1");
            }
            wanted.put("all", List.of("true"));
        }
        String warning = all
                ? "WARNING! This will remove all local volumes not used by at least one container."
                : "WARNING! This will remove anonymous local volumes not used by at least one container.";
        if (!pruning.confirmed(user, warning)) {
            throw new CommandFailure(1, "volume prune has been cancelled");
        }
        Pruned pruned = volumes.prune(wanted);
        Pruning.printRemoved(user, "Deleted Volumes:", pruned.names());
        Pruning.printReclaimed(user, pruned.reclaimedBytes());
        return 0;
    }
}

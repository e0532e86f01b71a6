package io.felucca.shell.system;

import io.felucca.docker.json.system.InfoJson;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code system prune}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Remove unused data")
final class SystemPruneCommand implements Command {

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Remove all unused images not just dangling ones")
    boolean all;

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"label=<key>=<value>\")")
    List<String> filters = new ArrayList<>();

    @Mixin
    private Pruning pruning;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(names = "--volumes", arity = "1", description = "Prune anonymous volumes")
    boolean volumes;

    private final InfoJson.Sources engine;

    SystemPruneCommand(InfoJson.Sources engine) {
        this.engine = engine;
    }

    @Override
    public int run(ClientSession user) throws IOException {
        Map<String, List<String>> wanted = FilterOptions.of(filters);
        if (volumes && wanted.containsKey("until")) {
            throw new CommandFailure(1, "ERROR: The \"until\" filter is not supported with \"--volumes\"");
        }
        List<PruneStep> steps = steps();
        if (!pruning.confirmed(user, warning(steps))) {
            return 1;
        }
        long bytes = 0;
        for (PruneStep step : steps) {
            PruneStep.Outcome outcome = step.prune(all, wanted);
            bytes += outcome.reclaimedBytes();
            Pruning.printRemoved(user, step.header(), outcome.lines());
        }
        Pruning.printReclaimed(user, bytes);
        return 0;
    }

    /** In Docker's order. */
    private List<PruneStep> steps() {
        List<PruneStep> steps = new ArrayList<>();
        steps.add(PruneSteps.containers(engine.containers()));
        steps.add(PruneSteps.networks(engine.networks()));
        if (volumes) {
            steps.add(PruneSteps.volumes(engine.volumes()));
        }
        steps.add(PruneSteps.images(engine.images()));
        return steps;
    }

    private String warning(List<PruneStep> steps) {
        StringBuilder text = new StringBuilder("WARNING! This will remove:\n");
        steps.forEach(step -> text.append("  - ").append(step.warning(all)).append('\n'));
        if (!filters.isEmpty()) {
            text.append("\n  Items to be pruned will be filtered with:\n")
                    .append(filters.stream()
                            .map(filter -> "  - " + filter + "\n")
                            .collect(Collectors.joining()));
        }
        return text.toString();
    }
}

package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Pruned;
import io.felucca.docker.json.DockerText;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.Confirmation;
import io.felucca.shell.text.Filters;
import io.felucca.shell.user.UserSide;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code container prune}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Remove all stopped containers")
final class PruneCommand implements Command {

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = Filters.Word.class,
            description = "Provide filter values (e.g. \"until=<timestamp>\")")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Do not prompt for confirmation")
    boolean force;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;

    PruneCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public int run(UserSide user) throws IOException {
        if (!force && !Confirmation.ask(user, "WARNING! This will remove all stopped containers.")) {
            return 1;
        }
        Pruned pruned = containers.prune(Filters.of(filters));
        StringBuilder text = new StringBuilder();
        if (!pruned.ids().isEmpty()) {
            text.append("Deleted Containers:\n");
            pruned.ids().forEach(id -> text.append(id).append('\n'));
            text.append('\n');
        }
        text.append("Total reclaimed space: ")
                .append(DockerText.preciseSize(pruned.reclaimedBytes()))
                .append('\n');
        user.out().print(text);
        return 0;
    }
}

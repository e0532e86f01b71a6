package io.felucca.shell.container.files;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerArchives.CommitSpec;
import io.felucca.containers.Containers;
import io.felucca.images.ImageReference;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code commit}. */
@Command(
        customSynopsis = "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
        description = "Create a new image from a container's changes")
public final class CommitCommand extends NamesCommand {

    private final ContainerArchives archives;

    @Option(
            names = {"-a", "--author"},
            description = "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")")
    String author = "";

    @Option(
            names = {"-c", "--change"},
            description = "Apply Dockerfile instruction to the created image")
    List<String> changes = new ArrayList<>();

    @Option(
            names = {"-m", "--message"},
            description = "Commit message")
    String message = "";

    @Option(
            names = {"-p", "--pause"},
            arity = "1",
            description = "Pause container during commit")
    boolean pause = true;

    public CommitCommand(Containers containers, ContainerArchives archives) {
        super(containers);
        this.archives = archives;
    }

    @Override
    public Arguments arguments() {
        return Arguments.between(1, 2);
    }

    @Override
    public int run(ClientSession user) {
        String reference = names.size() == 2 ? names.get(1) : "";
        if (!reference.isEmpty()) {
            try {
                ImageReference.parse(reference);
            } catch (FeluccaException e) {
                throw new CommandFailure(1, e.getMessage(), e);
            }
        }
        CommitSpec spec = new CommitSpec(reference, "", author, message, changes, pause, null);
        user.out().println(archives.commit(names.get(0), spec).value());
        return 0;
    }
}

package io.felucca.shell.container.files;

import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.images.Layers.Changes;
import io.felucca.images.Layers.Kind;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;

/** {@code diff}. */
@Command(
        customSynopsis = "CONTAINER",
        description = "Inspect changes to files or directories on a container's filesystem")
public final class DiffCommand extends NamesCommand {

    private final ContainerArchives archives;

    public DiffCommand(Containers containers, ContainerArchives archives) {
        super(containers);
        this.archives = archives;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) {
        try (Changes changes = archives.changes(names.get(0))) {
            changes.forEachRemaining(change -> user.out().println(letter(change.kind()) + " " + change.path()));
        }
        return 0;
    }

    private static char letter(Kind kind) {
        return switch (kind) {
            case MODIFIED -> 'C';
            case ADDED -> 'A';
            case DELETED -> 'D';
        };
    }
}

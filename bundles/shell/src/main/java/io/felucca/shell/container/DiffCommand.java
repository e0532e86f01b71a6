package io.felucca.shell.container;

import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.images.Layers.Change;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.user.UserSide;
import picocli.CommandLine.Command;

/** {@code diff} (S34). */
@Command(
        customSynopsis = "CONTAINER",
        description = "Inspect changes to files or directories on a container's filesystem")
final class DiffCommand extends NamesCommand {

    private final ContainerArchives archives;

    DiffCommand(Containers containers, ContainerArchives archives) {
        super(containers);
        this.archives = archives;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(UserSide user) {
        for (Change change : archives.changes(names.get(0))) {
            char letter = switch (change.kind()) {
                case MODIFIED -> 'C';
                case ADDED -> 'A';
                case DELETED -> 'D';
            };
            user.out().println(letter + " " + change.path());
        }
        return 0;
    }
}

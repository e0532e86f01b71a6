package io.felucca.shell.volume;

import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.EachName;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volumes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code volume rm}: an error does not stop the rest. */
@Command(
        customSynopsis = "[OPTIONS] VOLUME [VOLUME...]",
        description = "Remove one or more volumes. You cannot remove a volume that is in use by a container.")
final class VolumeRemoveCommand extends VolumeCommand {

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Force the removal of one or more volumes")
    boolean force;

    VolumeRemoveCommand(Volumes volumes) {
        super(volumes);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        return EachName.run(words, user, name -> {
            volumes.remove(name, force);
            return name;
        });
    }
}

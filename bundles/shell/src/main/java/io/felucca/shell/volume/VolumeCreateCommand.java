package io.felucca.shell.volume;

import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.Pairs;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.Volumes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code volume create}. */
@Command(customSynopsis = "[OPTIONS] [VOLUME]", description = "Create a volume")
final class VolumeCreateCommand extends VolumeCommand {

    @Option(
            names = {"-d", "--driver"},
            description = "Specify volume driver name (default \"local\")")
    String driver = "";

    @Option(names = "--label", paramLabel = "list", description = "Set metadata for a volume")
    List<String> labels = new ArrayList<>();

    @Option(names = "--name", hidden = true, description = "Specify volume name")
    String name = "";

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "map",
            description = "Set driver specific options (default map[])")
    List<String> options = new ArrayList<>();

    VolumeCreateCommand(Volumes volumes) {
        super(volumes);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atMost(1);
    }

    @Override
    public int run(ClientSession user) {
        if (!words.isEmpty() && !name.isEmpty()) {
            throw new CommandFailure(
                    1, "conflicting options: cannot specify a volume-name through both --name and as a positional arg");
        }
        String asked = words.isEmpty() ? name : words.get(0);
        VolumeSpec spec = new VolumeSpec(asked, driver, Pairs.of(options), Pairs.of(labels));
        user.out().println(volumes.create(spec).name());
        return 0;
    }
}

package io.felucca.shell.volume;

import io.felucca.docker.json.VolumeJson;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volumes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code volume inspect}. */
@Command(
        customSynopsis = "[OPTIONS] VOLUME [VOLUME...]",
        description = "Display detailed information on one or more volumes")
final class VolumeInspectCommand extends VolumeCommand {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    VolumeInspectCommand(Volumes volumes) {
        super(volumes);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) {
        return Inspection.run(words, format, user, name -> VolumeJson.inspect(volumes.get(name)));
    }
}

package io.felucca.shell.network;

import io.felucca.docker.json.NetworkJson;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network inspect}. */
@Command(
        customSynopsis = "[OPTIONS] NETWORK [NETWORK...]",
        description = "Display detailed information on one or more networks")
final class NetworkInspectCommand extends NetworkCommand {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    NetworkInspectCommand(Networks networks) {
        super(networks);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) {
        return Inspection.run(words, format, user, name -> NetworkJson.inspect(networks.get(name), true));
    }
}

package io.felucca.shell.registry;

import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.UserLogins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logout}: forgets a registry's password. */
@picocli.CommandLine.Command(
        customSynopsis = "[SERVER]",
        description = "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.")
final class LogoutCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    @Override
    public Arguments arguments() {
        return Arguments.atMost(1);
    }

    @Override
    public int run(ClientSession user) {
        String word = words.isEmpty() ? "" : words.get(0);
        String server = RegistryLogins.server(word);
        List<String> keys = server.equals(UserLogins.DOCKER_HUB)
                ? List.of(server)
                : List.of(server, "http://" + server, "https://" + server);
        user.out().println("Removing login credentials for " + server);
        for (String key : keys) {
            try {
                user.logins().erase(key);
            } catch (IOException e) {
                user.err().println("WARNING: could not erase credentials:\n" + key + ": " + e.getMessage());
            }
        }
        return 0;
    }
}

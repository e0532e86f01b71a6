package io.felucca.shell.command;

import io.felucca.docker.text.DockerText;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** What all {@code prune} commands do alike: they ask first, and tell what went. A mixin of one command. */
public final class Pruning {

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Do not prompt for confirmation")
    private boolean force;

    /** @return whether the user wants it, or is not to be asked */
    public boolean confirmed(ClientSession user, String warning) throws IOException {
        return force || Confirmation.ask(user, warning);
    }

    /** Prints nothing where nothing went. */
    public static void printRemoved(ClientSession user, String header, List<String> lines) {
        if (!lines.isEmpty()) {
            user.out().print(header + "\n" + String.join("\n", lines) + "\n\n");
        }
    }

    public static void printReclaimed(ClientSession user, long bytes) {
        user.out().println("Total reclaimed space: " + DockerText.preciseSize(bytes));
    }
}

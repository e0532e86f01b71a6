package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.UserSide;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What pull and push have in common. */
abstract class TransferCommand implements Command {

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress verbose output")
    boolean quiet;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    final Registry registry;

    TransferCommand(Registry registry) {
        this.registry = registry;
    }

    static ImageReference parse(String name) {
        try {
            return ImageReference.parse(name);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
    }

    /** Does the work on this thread, and ends it when the user has left. */
    static void untilGone(UserSide user, Runnable work) {
        Thread worker = Thread.currentThread();
        try (UserSide.Ending watching = user.onGone(worker::interrupt)) {
            work.run();
        }
    }
}

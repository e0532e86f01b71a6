package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.Values;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pull and push: the image's name, its registry's credentials, and how far the transfer is. */
abstract class TransferCommand implements Command {

    @Option(
            names = "--disable-content-trust",
            arity = "1",
            converter = Values.WithoutContentTrust.class,
            description = "Skip image verification (default true)")
    boolean disableContentTrust = true;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress verbose output")
    boolean quiet;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Supplier<Registry> registry;

    /** @param registry asked for each transfer; throws UNAVAILABLE while there is none */
    TransferCommand(Supplier<Registry> registry) {
        this.registry = registry;
    }

    /** Whether every tag of the repository is meant. */
    abstract boolean allTags();

    /** Does the work. */
    abstract void transfer(Registry client, ImageReference image, Credentials credentials, Progress progress);

    /** What is told at the end: the name alone, for scripts. */
    abstract void finish(ImageReference image, ClientSession user);

    @Override
    public final Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public final int run(ClientSession user) {
        String name = words.get(0);
        ImageReference image = parse(name);
        boolean named = name.indexOf('@') >= 0 || name.lastIndexOf(':') > name.lastIndexOf('/');
        if (allTags() && named) {
            throw new CommandFailure(1, "tag can't be used with --all-tags/-a");
        }
        if (!named && !allTags() && !quiet) {
            user.out().println("Using default tag: latest");
        }
        Credentials credentials = RegistryLogins.of(image, user);
        TransferLines lines = quiet ? TransferLines.silent() : TransferLines.of(user, Stream.OUT);
        try {
            untilGone(user, () -> transfer(registry.get(), image, credentials, lines));
        } catch (FeluccaException e) {
            throw new CommandFailure(1, lines.failure(e), e);
        }
        finish(image, user);
        return 0;
    }

    static ImageReference parse(String name) {
        try {
            return ImageReference.parse(name);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
    }

    /** Does the work on this thread, and ends it when the user has left. */
    static void untilGone(ClientSession user, Runnable work) {
        Thread worker = Thread.currentThread();
        try (ClientSession.Ending watching = user.onGone(worker::interrupt)) {
            work.run();
        }
    }
}

package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.UserSide;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code push}. */
@Command(customSynopsis = "[OPTIONS] NAME[:TAG]", description = "Upload an image to a registry")
final class PushCommand extends TransferCommand {

    @Option(
            names = {"-a", "--all-tags"},
            arity = "1",
            description = "Push all tags of an image to the repository")
    boolean allTags;

    PushCommand(Registry registry) {
        super(registry);
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(UserSide user) {
        String name = words.get(0);
        ImageReference reference = parse(name);
        boolean tagged = name.lastIndexOf(':') > name.lastIndexOf('/');
        if (allTags && tagged) {
            throw new CommandFailure(1, "tag can't be used with --all-tags/-a");
        }
        if (!tagged && !allTags && !quiet) {
            user.out().println("Using default tag: latest");
        }
        Credentials credentials = RegistryLogins.of(reference, user);
        Progress progress = quiet ? Progress.NONE : new TransferLines(user, UserSide.Stream.OUT);
        try {
            untilGone(user, () -> {
                if (allTags) {
                    registry.pushAll(reference, credentials, progress);
                } else {
                    registry.push(reference, credentials, progress);
                }
            });
        } catch (FeluccaException e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
        if (quiet) {
            user.out().println(reference);
        }
        return 0;
    }
}

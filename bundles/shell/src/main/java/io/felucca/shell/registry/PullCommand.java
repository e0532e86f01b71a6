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

/** {@code pull}. */
@Command(customSynopsis = "[OPTIONS] NAME[:TAG|@DIGEST]", description = "Download an image from a registry")
final class PullCommand extends TransferCommand {

    @Option(
            names = {"-a", "--all-tags"},
            arity = "1",
            description = "Download all tagged images in the repository")
    boolean allTags;

    @Option(names = "--platform", description = "Set platform if server is multi-platform capable")
    String platform = "";

    PullCommand(Registry registry) {
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
        boolean named = name.indexOf('@') >= 0 || name.lastIndexOf(':') > name.lastIndexOf('/');
        if (allTags && named) {
            throw new CommandFailure(1, "tag can't be used with --all-tags/-a");
        }
        if (!named && !allTags && !quiet) {
            user.out().println("Using default tag: latest");
        }
        Credentials credentials = RegistryLogins.of(reference, user);
        Progress progress = quiet ? Progress.NONE : new TransferLines(user, UserSide.Stream.OUT);
        try {
            untilGone(user, () -> {
                if (allTags) {
                    registry.pullAll(reference, platform, credentials, progress);
                } else {
                    registry.pull(reference, platform, credentials, progress);
                }
            });
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "Error response from daemon: " + e.getMessage(), e);
        }
        user.out().println(allTags ? reference.repository() : reference);
        return 0;
    }
}

package io.felucca.shell.registry;

import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import java.util.function.Supplier;
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

    PushCommand(Supplier<Registry> registry) {
        super(registry);
    }

    @Override
    boolean allTags() {
        return allTags;
    }

    @Override
    void transfer(Registry client, ImageReference image, Credentials credentials, Progress progress) {
        if (!image.digest().isEmpty()) {
            throw new CommandFailure(1, "cannot push a digest reference");
        }
        if (allTags) {
            client.pushAll(image, credentials, progress);
        } else {
            client.push(image, credentials, progress);
        }
    }

    @Override
    void finish(ImageReference image, ClientSession user) {
        if (quiet) {
            user.out().println(image);
        }
    }
}

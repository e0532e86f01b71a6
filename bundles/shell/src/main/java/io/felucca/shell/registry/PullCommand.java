package io.felucca.shell.registry;

import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import io.felucca.shell.user.ClientSession;
import java.util.function.Supplier;
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

    PullCommand(Supplier<Registry> registry) {
        super(registry);
    }

    @Override
    boolean allTags() {
        return allTags;
    }

    @Override
    void transfer(Registry client, ImageReference image, Credentials credentials, Progress progress) {
        if (allTags) {
            client.pullAll(image, platform, credentials, progress);
        } else {
            client.pull(image, platform, credentials, progress);
        }
    }

    @Override
    void finish(ImageReference image, ClientSession user) {
        user.out().println(allTags ? image.repository() : image);
    }
}

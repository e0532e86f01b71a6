package io.felucca.shell.image;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;

/** {@code tag}. */
@Command(
        customSynopsis = "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
        description = "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE")
final class TagCommand extends ImageCommand {

    TagCommand(Images images) {
        super(images);
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(2);
    }

    @Override
    public int run(ClientSession user) {
        String target = words.get(1);
        try {
            ImageReference.parse(target);
        } catch (FeluccaException e) {
            throw new CommandFailure(
                    1,
                    "Error parsing reference: \"" + target + "\" is not a valid repository/tag: " + e.getMessage(),
                    e);
        }
        images.tag(words.get(0), target);
        return 0;
    }
}

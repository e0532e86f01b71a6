package io.felucca.shell.image;

import io.felucca.docker.json.image.ImageJson;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.ClientSession;
import io.felucca.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code image inspect}. */
@Command(
        customSynopsis = "[OPTIONS] IMAGE [IMAGE...]",
        description = "Display detailed information on one or more images")
final class ImageInspectCommand extends ImageCommand {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @NotBuilt
    @Option(names = "--platform", description = "Inspect a specific platform of the multi-platform image.")
    String platform;

    private final Storage storage;

    ImageInspectCommand(Images images, Storage storage) {
        super(images);
        this.storage = storage;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) {
        return Inspection.run(words, format, user, name -> ImageJson.inspect(images.get(name), storage));
    }
}

package io.felucca.shell.image;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.text.ProgressLines;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code import}: an image of one layer from a file of the user's, a URL or standard input. */
@Command(
        customSynopsis = "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
        description = "Import the contents from a tarball to create a filesystem image")
final class ImportCommand extends ImageCommand {

    private static final String STANDARD_INPUT = "-";

    @Option(
            names = {"-c", "--change"},
            description = "Apply Dockerfile instruction to the created image")
    List<String> changes = new ArrayList<>();

    @Option(
            names = {"-m", "--message"},
            description = "Set commit message for imported image")
    String message = "";

    @Option(names = "--platform", description = "Set platform if server is multi-platform capable")
    String platform = "";

    ImportCommand(Images images) {
        super(images);
    }

    @Override
    public Arguments arguments() {
        return Arguments.between(1, 2);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        String source = words.get(0);
        String reference = words.size() == 2 ? words.get(1) : "";
        if (!reference.isEmpty()) {
            try {
                ImageReference.parse(reference);
            } catch (FeluccaException e) {
                throw new CommandFailure(1, e.getMessage(), e);
            }
        }
        Images.Import image = new Images.Import(reference, changes, message, platform);
        if (source.startsWith("http://") || source.startsWith("https://")) {
            user.out().println(images.importUrl(source, image, ProgressLines.of(user)));
            return 0;
        }
        try (InputStream archive = source.equals(STANDARD_INPUT) ? user.in() : user.openRead(source)) {
            user.out().println(images.importRootfs(archive, image, ProgressLines.of(user)));
        }
        return 0;
    }
}

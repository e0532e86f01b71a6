package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.images.Images.Loaded;
import io.felucca.images.Images.Progress;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.text.ProgressLines;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.io.InputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code load}. */
@Command(customSynopsis = "[OPTIONS]", description = "Load an image from a tar archive or STDIN")
final class LoadCommand extends ImageCommand {

    @Option(
            names = {"-i", "--input"},
            description = "Read from tar archive file, instead of STDIN")
    String input = "";

    @NotBuilt
    @Option(names = "--platform", description = "Load only the given platform variant")
    String platform;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress the load output")
    boolean quiet;

    LoadCommand(Images images) {
        super(images);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        if (input.isEmpty() && user.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "requested load from stdin, but stdin is empty");
        }
        try (InputStream archive = input.isEmpty() ? user.in() : user.openRead(input)) {
            for (Loaded loaded : images.load(archive, quiet ? Progress.NONE : ProgressLines.of(user))) {
                user.out()
                        .println(
                                loaded.reference().isEmpty()
                                        ? "Loaded image ID: " + loaded.id()
                                        : "Loaded image: " + loaded.reference());
            }
        }
        return 0;
    }
}

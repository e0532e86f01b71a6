package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code save}. */
@Command(
        customSynopsis = "[OPTIONS] IMAGE [IMAGE...]",
        description = "Save one or more images to a tar archive (streamed to STDOUT by default)")
final class SaveCommand extends ImageCommand {

    private static final int BUFFER_BYTES = 60 * 1024;

    @Option(
            names = {"-o", "--output"},
            description = "Write to a file, instead of STDOUT")
    String output = "";

    @NotBuilt
    @Option(names = "--platform", description = "Save only the given platform variant")
    String platform;

    SaveCommand(Images images) {
        super(images);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        if (output.isEmpty() && user.isTerminal(Stream.OUT)) {
            throw new CommandFailure(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        words.forEach(images::get);
        // A file comes to be when it is closed: a save that fails leaves what was there.
        OutputStream target = output.isEmpty() ? user.out() : user.openWrite(output);
        OutputStream buffered = new BufferedOutputStream(target, BUFFER_BYTES);
        images.save(words, buffered);
        buffered.flush();
        if (!output.isEmpty()) {
            target.close();
        } else if (user.out().checkError()) {
            return 1;
        }
        return 0;
    }
}

package io.felucca.shell.container.files;

import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.images.Layers.Archive;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.io.OutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code export}. */
@Command(customSynopsis = "[OPTIONS] CONTAINER", description = "Export a container's filesystem as a tar archive")
public final class ExportCommand extends NamesCommand {

    private final ContainerArchives archives;

    @Option(
            names = {"-o", "--output"},
            description = "Write to a file, instead of STDOUT")
    String output = "";

    public ExportCommand(Containers containers, ContainerArchives archives) {
        super(containers);
        this.archives = archives;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        if (output.isEmpty() && user.isTerminal(Stream.OUT)) {
            throw new CommandFailure(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        try (Archive archive = archives.export(names.get(0))) {
            // A file comes to be when it is closed: an export that fails leaves what was there.
            OutputStream target = output.isEmpty() ? user.out() : user.openWrite(output);
            archive.writeTo(target);
            target.flush();
            if (!output.isEmpty()) {
                target.close();
            } else if (user.out().checkError()) {
                return 1;
            }
        }
        return 0;
    }
}

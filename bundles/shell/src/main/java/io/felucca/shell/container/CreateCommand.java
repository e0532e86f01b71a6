package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Created;
import io.felucca.docker.json.ImageNames;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.StopsAtWord;
import io.felucca.shell.user.UserSide;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code create}: a container that does not run yet. */
@Command(customSynopsis = "[OPTIONS] IMAGE [COMMAND] [ARG...]", description = "Create a new container")
final class CreateCommand implements StopsAtWord {

    @Mixin
    ContainerOptions options = new ContainerOptions();

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;
    private final Images images;

    CreateCommand(Containers containers, Images images) {
        this.containers = containers;
        this.images = images;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public List<String> candidates() {
        return ImageNames.all(images);
    }

    @Override
    public int run(UserSide user) throws IOException {
        ContainerSpec spec = new SpecBuilder(options, user).build(words.get(0), words.subList(1, words.size()), false);
        user.out().println(create(containers, options, spec, user));
        return 0;
    }

    /** Creates, tells warnings, and writes the id where it was asked for. */
    static String create(Containers containers, ContainerOptions options, ContainerSpec spec, UserSide user)
            throws IOException {
        OutputStream idFile = options.cidfile == null ? null : newFile(options.cidfile, user);
        Created created = create(containers, spec, options.pull.equals("never"));
        created.warnings().forEach(warning -> user.err().println("WARNING: " + warning));
        if (idFile != null) {
            idFile.write(created.id().getBytes(StandardCharsets.US_ASCII));
            idFile.close();
        }
        return created.id();
    }

    private static Created create(Containers containers, ContainerSpec spec, boolean pullNever) {
        try {
            return containers.create(spec);
        } catch (FeluccaException e) {
            if (!pullNever && String.valueOf(e.getMessage()).startsWith("No such image: ")) {
                throw new FeluccaException(
                        e.kind(), e.getMessage() + " (pull, import or load it: this command does not pull yet)", e);
            }
            throw e;
        }
    }

    /** A file is only there once it is closed: a create that fails leaves none. */
    @SuppressWarnings("try") // what only has to be closed
    private static OutputStream newFile(String path, UserSide user) throws IOException {
        boolean there;
        try (InputStream old = user.openRead(path)) {
            there = true;
        } catch (IOException e) {
            there = false;
        }
        if (there) {
            throw SpecWords.wrong(
                    "container ID file found, make sure the other container isn't running or delete " + path);
        }
        return user.openWrite(path);
    }
}

package io.felucca.shell.container;

import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Created;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.StopsAtWord;
import io.felucca.shell.container.options.ContainerOptions;
import io.felucca.shell.container.options.SpecBuilder;
import io.felucca.shell.container.options.SpecWords;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.registry.ImagePull.Policy;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code create}: a container that does not run yet. */
@Command(customSynopsis = "[OPTIONS] IMAGE [COMMAND] [ARG...]", description = "Create a new container")
final class ContainerCreateCommand implements StopsAtWord {

    @Mixin
    ContainerOptions options = new ContainerOptions();

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;
    private final Images images;
    private final ImagePull pulling;

    ContainerCreateCommand(Containers containers, Images images, ImagePull pulling) {
        this.pulling = pulling;
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
    public int run(ClientSession user) throws IOException {
        ContainerSpec spec = new SpecBuilder(options, user).build(words.get(0), words.subList(1, words.size()), false);
        try {
            user.out().println(create(containers, pulling, options, spec, user));
        } catch (ImagePull.Failed e) {
            throw new CommandFailure(1, e.getMessage(), e);
        }
        return 0;
    }

    /** Creates, tells warnings, and writes the id where it was asked for. */
    static String create(
            Containers containers, ImagePull pulling, ContainerOptions options, ContainerSpec spec, ClientSession user)
            throws IOException {
        Policy policy = Policy.valueOf(options.pull.toUpperCase(Locale.ROOT));
        OutputStream idFile = options.cidfile == null ? null : newFile(options.cidfile, user);
        Created created = pulling.around(
                image -> containers.create(spec),
                spec.config().image(),
                policy,
                options.platform == null ? "" : options.platform,
                options.quiet,
                user);
        created.warnings().forEach(warning -> user.err().println("WARNING: " + warning));
        if (idFile != null) {
            idFile.write(created.id().getBytes(StandardCharsets.US_ASCII));
            idFile.close();
        }
        return created.id();
    }

    /** A file is only there once it is closed: a create that fails leaves none. */
    @SuppressWarnings("try") // what only has to be closed
    private static OutputStream newFile(String path, ClientSession user) throws IOException {
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

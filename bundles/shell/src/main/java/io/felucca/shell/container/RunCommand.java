package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.docker.text.DetachKeys;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.StopsAtWord;
import io.felucca.shell.container.options.ContainerOptions;
import io.felucca.shell.container.options.SpecBuilder;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: create, attach, start, and unless detached stay until the container ends. */
@Command(
        customSynopsis = "[OPTIONS] IMAGE [COMMAND] [ARG...]",
        description = "Create and run a new container from an image")
final class RunCommand implements StopsAtWord {

    @Mixin
    ContainerOptions options = new ContainerOptions();

    @Option(
            names = {"-d", "--detach"},
            arity = "1",
            description = "Run container in background and print container ID")
    boolean detach;

    @Option(names = "--detach-keys", description = "Override the key sequence for detaching a container")
    String detachKeys;

    @Option(names = "--sig-proxy", arity = "1", description = "Proxy received signals to the process (default true)")
    boolean sigProxy = true;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;
    private final Images images;
    private static final int NOT_RUN = 125;

    private final ImagePull pulling;

    RunCommand(Containers containers, Images images, ImagePull pulling) {
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
    public int run(ClientSession user) throws IOException, InterruptedException {
        if (detach && !options.attach.isEmpty()) {
            throw new CommandFailure(1, "conflicting options: cannot specify both --attach and --detach");
        }
        DetachKeys keys = Joined.keys(detachKeys);
        ContainerSpec spec = new SpecBuilder(options, user).build(words.get(0), words.subList(1, words.size()), detach);
        ContainerConfig config = spec.config();
        if (config.attachStdin() && config.tty() && !user.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "the input device is not a TTY");
        }
        try {
            String id = ContainerCreateCommand.create(containers, pulling, options, spec, user);
            if (!config.attachStdin() && !config.attachStdout() && !config.attachStderr()) {
                containers.start(id);
                user.out().println(id);
                return 0;
            }
            return foreground(id, config, keys, user);
        } catch (ImagePull.Failed e) {
            throw new CommandFailure(NOT_RUN, "felucca: " + e.getMessage(), e);
        } catch (FeluccaException e) {
            throw StartErrors.ofRun(e);
        }
    }

    private int foreground(String id, ContainerConfig config, DetachKeys keys, ClientSession user)
            throws InterruptedException {
        CompletableFuture<Exit> exit =
                containers.await(id, options.autoRemove ? Condition.REMOVED : Condition.NEXT_EXIT);
        try (Joined joined = new Joined(user, config.tty())) {
            AttachQuery query =
                    new AttachQuery(config.attachStdin(), config.attachStdout(), config.attachStderr(), false);
            joined.join(containers.attach(id, query, joined.sink(config.attachStdout(), config.attachStderr())));
            if (sigProxy && !config.tty()) {
                joined.proxySignals(signal -> containers.kill(id, signal));
            }
            if (config.attachStdin()) {
                joined.rawMode();
            }
            containers.start(id);
            joined.followSize(size -> containers.resize(id, size.columns(), size.rows()));
            if (config.attachStdin()) {
                joined.sendInput(keys);
            }
            if (joined.await() != Joined.End.OUTPUT_ENDED) {
                return 0;
            }
            if (!config.attachStdout() && !config.attachStderr()) {
                user.out().println(id);
                return 0;
            }
            return Exits.await(exit, user);
        } finally {
            exit.cancel(false);
        }
    }
}

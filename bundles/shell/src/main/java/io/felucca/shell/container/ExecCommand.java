package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.docker.text.DetachKeys;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.StopsAtWord;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.container.options.SpecWords;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code exec}: one more process in a running container. */
@Command(
        customSynopsis = "[OPTIONS] CONTAINER COMMAND [ARG...]",
        description = "Execute a command in a running container")
final class ExecCommand implements StopsAtWord {

    @Option(
            names = {"-d", "--detach"},
            arity = "1",
            description = "Detached mode: run command in the background")
    boolean detach;

    @Option(names = "--detach-keys", description = "Override the key sequence for detaching a container")
    String detachKeys;

    @Option(
            names = {"-e", "--env"},
            description = "Set environment variables")
    List<String> env = new ArrayList<>();

    @Option(names = "--env-file", description = "Read in a file of environment variables")
    List<String> envFiles = new ArrayList<>();

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(
            names = {"-i", "--interactive"},
            arity = "1",
            description = "Keep STDIN open even if not attached")
    boolean interactive;

    @Option(names = "--privileged", arity = "1", description = "Give extended privileges to the command")
    boolean privileged;

    @Option(
            names = {"-t", "--tty"},
            arity = "1",
            description = "Allocate a pseudo-TTY")
    boolean tty;

    @Option(
            names = {"-u", "--user"},
            description = "Username or UID (format: \"<name|uid>[:<group|gid>]\")")
    String user = "";

    @Option(
            names = {"-w", "--workdir"},
            description = "Working directory inside the container")
    String workdir = "";

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;

    ExecCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(2);
    }

    @Override
    public List<String> candidates() {
        return NamesCommand.names(containers);
    }

    @Override
    public int run(ClientSession side) throws IOException, InterruptedException {
        DetachKeys keys = Joined.keys(detachKeys);
        if (!detach && interactive && tty && !side.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "the input device is not a TTY");
        }
        ExecSpec spec = new ExecSpec(
                List.copyOf(words.subList(1, words.size())),
                interactive && !detach,
                !detach,
                !detach,
                tty,
                user,
                workdir,
                SpecWords.environment(envFiles, env, side),
                privileged);
        String id = containers.createExec(words.get(0), spec);
        try {
            if (detach) {
                containers.startExec(id, null);
                return 0;
            }
            return foreground(id, keys, side);
        } catch (FeluccaException e) {
            int code = StartErrors.exitCode(e);
            throw new CommandFailure(
                    code == StartErrors.NOT_FOUND ? code : StartErrors.NOT_EXECUTABLE, e.getMessage(), e);
        }
    }

    private int foreground(String id, DetachKeys keys, ClientSession side) throws InterruptedException {
        CompletableFuture<Exit> exit = containers.awaitExec(id);
        try (Joined joined = new Joined(side, tty)) {
            if (interactive) {
                joined.rawMode();
            }
            joined.join(containers.startExec(id, joined.sink(true, true)));
            joined.followSize(size -> containers.resizeExec(id, size.columns(), size.rows()));
            if (interactive) {
                joined.sendInput(keys);
            }
            return switch (joined.await()) {
                case DETACHED -> throw new CommandFailure(1, "read escape sequence");
                case USER_LEFT -> 0;
                case OUTPUT_ENDED -> Exits.await(exit, side);
            };
        }
    }
}

package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.docker.text.DetachKeys;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.EachName;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code start}: stopped containers run again, one of them attached when asked. */
@Command(customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]", description = "Start one or more stopped containers")
final class StartCommand extends NamesCommand {

    @Option(
            names = {"-a", "--attach"},
            arity = "1",
            description = "Attach STDOUT/STDERR and forward signals")
    boolean attach;

    @NotBuilt
    @Option(names = "--checkpoint", description = "Restore from this checkpoint")
    String checkpoint;

    @NotBuilt
    @Option(names = "--checkpoint-dir", description = "Use a custom checkpoint storage directory")
    String checkpointDirectory;

    @Option(names = "--detach-keys", description = "Override the key sequence for detaching a container")
    String detachKeys;

    @Option(
            names = {"-i", "--interactive"},
            arity = "1",
            description = "Attach container's STDIN")
    boolean interactive;

    StartCommand(Containers containers) {
        super(containers);
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        if (!attach && !interactive) {
            return EachName.inOrder(names, user, "failed to start containers", name -> {
                NotModified.isFine(() -> containers.start(name));
                return name;
            });
        }
        if (names.size() > 1) {
            throw new CommandFailure(1, "you cannot start and attach multiple containers at once");
        }
        DetachKeys keys = Joined.keys(detachKeys);
        Container container = containers.get(names.get(0));
        boolean tty = container.config().tty();
        boolean stdin = interactive && container.config().openStdin();
        if (stdin && tty && !user.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "the input device is not a TTY");
        }
        String id = container.id();
        CompletableFuture<Exit> exit =
                containers.await(id, container.hostConfig().autoRemove() ? Condition.REMOVED : Condition.NEXT_EXIT);
        try (Joined joined = new Joined(user, tty)) {
            joined.join(containers.attach(id, new AttachQuery(stdin, true, true, false), joined.sink(true, true)));
            if (!tty) {
                joined.proxySignals(signal -> containers.kill(id, signal));
            }
            if (stdin) {
                joined.rawMode();
            }
            start(id);
            joined.followSize(size -> containers.resize(id, size.columns(), size.rows()));
            if (stdin) {
                joined.sendInput(keys);
            }
            return joined.await() == Joined.End.OUTPUT_ENDED ? Exits.await(exit, user) : 0;
        } finally {
            exit.cancel(false);
        }
    }

    private void start(String id) {
        try {
            containers.start(id);
        } catch (FeluccaException e) {
            throw new CommandFailure(
                    1,
                    "Error response from daemon: " + e.getMessage() + "\nError: failed to start containers: "
                            + names.get(0),
                    e);
        }
    }
}

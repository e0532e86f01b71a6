package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.docker.text.DetachKeys;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attach}: joins a running container's streams. */
@Command(
        customSynopsis = "[OPTIONS] CONTAINER",
        description = "Attach local standard input, output, and error streams to a running container")
final class AttachCommand extends NamesCommand {

    @Option(names = "--detach-keys", description = "Override the key sequence for detaching a container")
    String detachKeys;

    @Option(names = "--no-stdin", arity = "1", description = "Do not attach STDIN")
    boolean noStdin;

    @Option(
            names = "--sig-proxy",
            arity = "1",
            description = "Proxy all received signals to the process (default true)")
    boolean sigProxy = true;

    AttachCommand(Containers containers) {
        super(containers);
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        DetachKeys keys = Joined.keys(detachKeys);
        Container container = containers.get(names.get(0));
        if (!container.state().running()) {
            throw new CommandFailure(1, "cannot attach to a stopped container, start it first");
        }
        if (container.state().status() == Status.PAUSED) {
            throw new CommandFailure(1, "cannot attach to a paused container, unpause it first");
        }
        if (container.state().status() == Status.RESTARTING) {
            throw new CommandFailure(1, "cannot attach to a restarting container, wait until it is running");
        }
        boolean tty = container.config().tty();
        boolean stdin = !noStdin && container.config().openStdin();
        if (stdin && tty && !user.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "the input device is not a TTY");
        }
        String id = container.id();
        CompletableFuture<Exit> exit = containers.await(id, Condition.NOT_RUNNING);
        try (Joined joined = new Joined(user, tty)) {
            if (stdin) {
                joined.rawMode();
            }
            joined.join(containers.attach(id, new AttachQuery(stdin, true, true, false), joined.sink(true, true)));
            if (sigProxy && !tty) {
                joined.proxySignals(signal -> containers.kill(id, signal));
            }
            joined.followSize(size -> redraw(id, size));
            if (stdin) {
                joined.sendInput(keys);
            }
            return switch (joined.await()) {
                case DETACHED -> throw new CommandFailure(1, "read escape sequence");
                case USER_LEFT -> 0;
                case OUTPUT_ENDED -> Exits.await(exit, user);
            };
        } finally {
            exit.cancel(false);
        }
    }

    /** A program redraws when its size changes: so it is changed, and set right at once. */
    private void redraw(String id, ClientSession.Size size) throws FeluccaException {
        containers.resize(id, size.columns() + 1, size.rows() + 1);
        containers.resize(id, size.columns(), size.rows());
    }
}

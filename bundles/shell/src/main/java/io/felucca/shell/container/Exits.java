package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.Exit;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for ends of containers, as long as the user stays. */
final class Exits {

    private Exits() {}

    /** @throws CommandFailure with nothing to say when the user left first */
    @SuppressWarnings("try") // what only has to be closed
    static int await(CompletableFuture<Exit> exit, ClientSession user) throws InterruptedException {
        try (ClientSession.Ending watch = user.onGone(() -> exit.cancel(false))) {
            return exit.get().code();
        } catch (CancellationException e) {
            throw new CommandFailure(130, "", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw cause;
            }
            throw FeluccaException.system("waiting for a container's end failed: " + e.getCause(), e);
        }
    }
}

package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.docker.text.DetachKeys;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Ending;
import io.felucca.shell.user.ClientSession.Size;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A user joined to a process's streams: input on a thread of its own, output as it comes, the terminal raw while a
 * terminal is joined to a terminal, its size and signals handed on. Closing gives the terminal back.
 */
final class Joined implements AutoCloseable {

    /** How it ended. */
    enum End {
        OUTPUT_ENDED,
        DETACHED,
        USER_LEFT
    }

    private final ClientSession user;
    private final boolean tty;
    private final List<Ending> endings = new ArrayList<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private boolean inputOnly;
    private Attachment attachment;
    private Thread inputThread;

    Joined(ClientSession user, boolean tty) {
        this.user = user;
        this.tty = tty;
    }

    /** @param words of {@code --detach-keys}, null for the standard ones */
    static DetachKeys keys(String words) {
        try {
            return DetachKeys.parse(words);
        } catch (FeluccaException e) {
            throw new CommandFailure(StartErrors.ENGINE, "felucca: " + e.getMessage(), e);
        }
    }

    /** Where the process's output goes: with a terminal there is only one stream. */
    OutputSink sink(boolean stdout, boolean stderr) {
        inputOnly = !stdout && !stderr;
        return new OutputSink() {
            @Override
            public boolean write(boolean error, byte[] bytes, int offset, int length) {
                if (error && !tty) {
                    if (stderr) {
                        user.err().write(bytes, offset, length);
                    }
                    return !user.err().checkError();
                }
                if (stdout) {
                    user.out().write(bytes, offset, length);
                }
                return !user.out().checkError();
            }
        };
    }

    /** Takes an attachment on; input, when wanted, is sent from {@link #sendInput}. */
    void join(Attachment joined) {
        attachment = joined;
        joined.done().whenComplete((nothing, failure) -> end.complete(End.OUTPUT_ENDED));
        endings.add(user.onGone(() -> end.complete(End.USER_LEFT)));
    }

    /** Before the first output: a terminal that is joined to a terminal is raw. */
    void rawMode() {
        if (tty && user.isTerminal(Stream.IN)) {
            endings.add(user.rawMode());
        }
    }

    /** Sends the user's input until it ends, the keys are typed, or the process does not take it any more. */
    void sendInput(DetachKeys keys) {
        inputThread = new Thread(() -> pump(tty ? keys.scanner() : null), "felucca-input");
        inputThread.setDaemon(true);
        inputThread.start();
    }

    private void pump(DetachKeys.Scanner scanner) {
        byte[] buffer = new byte[32 * 1024];
        try {
            for (int count = user.in().read(buffer);
                    count >= 0;
                    count = user.in().read(buffer)) {
                byte[] bytes = buffer;
                int length = count;
                if (scanner != null) {
                    bytes = scanner.pass(buffer, count);
                    length = bytes.length;
                }
                if (length > 0) {
                    attachment.write(bytes, 0, length);
                }
                if (scanner != null && scanner.found()) {
                    end.complete(End.DETACHED);
                    return;
                }
            }
            attachment.closeInput();
            if (inputOnly) {
                end.complete(End.OUTPUT_ENDED);
            }
        } catch (InterruptedIOException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | FeluccaException e) {
            // The user has left, or the process has ended: the other side of this join tells.
            return;
        }
    }

    /** Hands the terminal's size on, now and when it changes. */
    void followSize(Consumer<Size> resize) {
        if (tty && user.isTerminal(Stream.OUT)) {
            Consumer<Size> quietly = size -> {
                try {
                    resize.accept(size);
                } catch (FeluccaException e) {
                    // The process has ended meanwhile: there is no terminal to resize.
                    return;
                }
            };
            quietly.accept(user.size());
            endings.add(user.onResize(quietly));
        }
    }

    /** Hands the user's signals on instead of ending the command. */
    void proxySignals(Consumer<String> kill) {
        endings.add(user.onSignal(signal -> {
            try {
                kill.accept(signal);
            } catch (FeluccaException e) {
                // The container has ended meanwhile, and so will this command.
                return;
            }
        }));
    }

    End await() throws InterruptedException {
        try {
            return end.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("an end never fails", e);
        }
    }

    @Override
    public void close() {
        if (inputThread != null) {
            inputThread.interrupt();
        }
        endings.forEach(Ending::close);
        if (attachment != null) {
            attachment.close();
        }
        user.out().flush();
        user.err().flush();
    }
}

package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.docker.text.DockerText;
import io.felucca.registry.Registry.Progress;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a pull or push is, as Docker's command shows it: on a terminal a line for each layer, drawn over when it
 * changes; else a line for each change of state. Thread-safe.
 */
public final class TransferLines implements Progress {

    private final PrintStream out;
    private final boolean terminal;
    private final List<String> ids = new ArrayList<>();
    private boolean begun;

    private TransferLines(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    public static TransferLines of(ClientSession user, Stream stream) {
        return new TransferLines(stream == Stream.ERR ? user.err() : user.out(), user.isTerminal(stream));
    }

    /** Shows nothing. */
    static TransferLines silent() {
        return new TransferLines(new PrintStream(OutputStream.nullOutputStream()), false);
    }

    /** As Docker's command shows a failure: one before the first line is the engine's answer, a later one is a line. */
    synchronized String failure(FeluccaException failure) {
        return (begun ? "" : "Error response from daemon: ") + failure.getMessage();
    }

    @Override
    public synchronized void status(String id, String text) {
        begun = true;
        if (id.isEmpty()) {
            ids.clear();
            line(text);
        } else if (terminal) {
            draw(id, text);
        } else {
            line(id + ": " + text);
        }
    }

    @Override
    public synchronized void bytes(String id, String action, long current, long total) {
        begun = true;
        if (terminal) {
            draw(id, action + " " + DockerText.progress(current, total));
        }
    }

    private void line(String text) {
        out.print(text + (terminal ? "\r\n" : "\n"));
        out.flush();
    }

    private void draw(String id, String text) {
        int at = ids.indexOf(id);
        if (at < 0) {
            ids.add(id);
            out.print(id + ": " + text + "\r\n");
        } else {
            int up = ids.size() - at;
            out.print("\u001b[" + up + "A\u001b[2K\r" + id + ": " + text + "\r\u001b[" + up + "B");
        }
        out.flush();
    }
}

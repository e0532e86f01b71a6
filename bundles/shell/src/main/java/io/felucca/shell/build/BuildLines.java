package io.felucca.shell.build;

import io.felucca.builder.Builder.Excerpt;
import io.felucca.builder.Builder.Output;
import io.felucca.docker.json.DockerText;
import io.felucca.registry.Registry;
import io.felucca.shell.registry.TransferLines;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/** What a build tells, as Docker's command shows it; a quiet one is shown only when it fails. Thread-safe. */
final class BuildLines implements Output {

    private static final byte[] RED = "\u001b[91m".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLAIN = "\u001b[0m".getBytes(StandardCharsets.US_ASCII);
    /** Of a quiet build, this much is kept; then its beginning is forgotten. */
    private static final int KEPT_BYTES = 1 << 20;

    private final ClientSession user;
    private final boolean quiet;
    private final LongSupplier contextBytes;
    private final PrintStream out;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final PrintStream shown;
    private volatile boolean gone;
    private boolean begun;
    private Excerpt failed;

    /**
     * @param shown where it is shown
     * @param contextBytes how much of the context was sent; below 0 for one that the engine fetches
     */
    BuildLines(ClientSession user, PrintStream shown, boolean quiet, LongSupplier contextBytes) {
        this.user = user;
        this.shown = shown;
        this.quiet = quiet;
        this.contextBytes = contextBytes;
        out = quiet ? new PrintStream(kept, false, StandardCharsets.UTF_8) : shown;
    }

    /** The user has left. */
    void leave() {
        gone = true;
    }

    /** Whether anything was told: what fails before that is the request's fault. */
    synchronized boolean hasBegun() {
        return begun;
    }

    @Override
    public synchronized void text(String text) {
        begin();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
        out.flush();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            if (contextBytes.getAsLong() < 0) {
                return;
            }
            text("Sending build context to Docker daemon  " + DockerText.size(contextBytes.getAsLong()) + "\n");
        }
    }

    /** What a step writes to its standard error is red, as by Docker's classic builder. */
    @Override
    public synchronized void bytes(boolean stderr, byte[] bytes, int offset, int length) {
        begin();
        if (stderr) {
            write(RED, 0, RED.length);
        }
        write(bytes, offset, length);
        if (stderr) {
            write(PLAIN, 0, PLAIN.length);
        }
        out.flush();
    }

    private void write(byte[] bytes, int offset, int length) {
        if (quiet && kept.size() + length > KEPT_BYTES) {
            kept.reset();
        }
        out.write(bytes, offset, length);
    }

    @Override
    public Registry.Progress transfers() {
        return quiet || shown != user.out() ? Registry.Progress.NONE : TransferLines.of(user, Stream.OUT);
    }

    @Override
    public synchronized void failedAt(Excerpt where) {
        failed = where;
    }

    @Override
    public boolean wantsMore() {
        return !gone;
    }

    /** Tells why a build failed, and where: what a quiet one has told until then comes first. */
    synchronized void fail(String message) {
        user.out().flush();
        if (quiet) {
            out.flush();
            user.err().write(kept.toByteArray(), 0, kept.size());
        }
        user.err().println(message);
        if (failed != null) {
            mark(failed);
        }
    }

    private void mark(Excerpt where) {
        String rule = "-".repeat(20);
        StringBuilder text = new StringBuilder(where.dockerfile() + ":" + where.first() + "\n" + rule + "\n");
        int number = where.from();
        for (String line : where.lines()) {
            boolean marked = number >= where.first() && number <= where.last();
            text.append(String.format("%4d | %s %s", number, marked ? ">>>" : "   ", line)
                            .stripTrailing())
                    .append('\n');
            number++;
        }
        user.err().print(text + rule + "\n");
    }
}

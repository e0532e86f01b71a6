package io.felucca.shell.build;

import io.felucca.Digest;
import io.felucca.builder.Builder.Excerpt;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.StepWatcher;
import io.felucca.docker.text.DockerText;
import io.felucca.registry.Registry;
import io.felucca.shell.registry.TransferLines;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * What a build tells, as Docker's command shows it, or as a view of its steps; text of a quiet one, and of the failed step
 * in a view, is shown only when the build fails. Thread-safe.
 */
final class BuildLines implements Output {

    /** How a build is shown. */
    enum Style {
        /** As Docker's classic builder. */
        PLAIN,
        /** A {@link StepView}. */
        STEPS,
        /** Not until it fails. */
        QUIET
    }

    private static final byte[] RED = "\u001b[91m".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLAIN = "\u001b[0m".getBytes(StandardCharsets.US_ASCII);
    /** Of what is kept, this much; then its beginning is forgotten. */
    private static final int KEPT_BYTES = 1 << 20;

    private final ClientSession user;
    private final Style style;
    private final LongSupplier contextBytes;
    private final PrintStream out;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final PrintStream shown;
    private volatile boolean gone;
    private boolean begun;
    private Excerpt failed;
    private StepView view;

    /**
     * @param shown where it is shown
     * @param contextBytes how much of the context was sent; below 0 for one that the engine fetches
     */
    BuildLines(ClientSession user, PrintStream shown, Style style, LongSupplier contextBytes) {
        this.user = user;
        this.shown = shown;
        this.style = style;
        this.contextBytes = contextBytes;
        out = style == Style.PLAIN ? shown : new PrintStream(kept, false, StandardCharsets.UTF_8);
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

    @Override
    public synchronized void step(int number, int count, String instruction) {
        forgetStep();
        Output.super.step(number, count, instruction);
    }

    @Override
    public synchronized void stage(Digest image) {
        forgetStep();
    }

    /** A view shows the text of a step only when that fails. */
    private void forgetStep() {
        if (style == Style.STEPS) {
            out.flush();
            kept.reset();
        }
    }

    @Override
    public synchronized StepWatcher watcher() {
        if (style != Style.STEPS) {
            return StepWatcher.NONE;
        }
        if (view == null) {
            view = new StepView(shown, user::size, System::nanoTime);
        }
        return view;
    }

    /** The build has succeeded: what was told after its last step is shown. */
    synchronized void succeed() {
        if (style == Style.STEPS) {
            endView();
            out.flush();
            shown.write(kept.toByteArray(), 0, kept.size());
            shown.flush();
        }
    }

    /** Nothing more is drawn. */
    synchronized void endView() {
        if (view != null) {
            view.close();
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
        if (style != Style.PLAIN && kept.size() + length > KEPT_BYTES) {
            kept.reset();
        }
        out.write(bytes, offset, length);
    }

    @Override
    public Registry.Progress transfers() {
        return style != Style.PLAIN || shown != user.out()
                ? Registry.Progress.NONE
                : TransferLines.of(user, Stream.OUT);
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
        if (style != Style.PLAIN) {
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

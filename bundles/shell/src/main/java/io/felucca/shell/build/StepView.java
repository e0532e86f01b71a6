package io.felucca.shell.build;

import io.felucca.builder.Builder.StepWatcher;
import io.felucca.shell.user.ClientSession;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jline.utils.AttributedString;

/**
 * The steps of a build on a terminal: one line for each that has ended, and below them those that run, with the last lines
 * that they wrote, drawn over several times a second. Thread-safe.
 */
final class StepView implements StepWatcher, AutoCloseable {

    private static final long REDRAW_MILLIS = 100;
    private static final long JOIN_MILLIS = 2_000;
    private static final int STATE_COLUMNS = 8;
    private static final int MIN_COLUMNS = 30;
    private static final String INDENT = "    ";

    private final PrintStream out;
    private final Supplier<ClientSession.Size> size;
    private final LongSupplier nanos;
    private final SortedMap<Integer, RunningStep> running = new TreeMap<>();
    private final List<String> ended = new ArrayList<>();
    private final Thread drawing;
    private List<String> drawn = List.of();
    private boolean closed;

    /** @param size of the terminal */
    StepView(PrintStream out, Supplier<ClientSession.Size> size, LongSupplier nanos) {
        this.out = out;
        this.size = size;
        this.nanos = nanos;
        drawing = new Thread(this::drawUntilClosed, "felucca-build-view");
        drawing.setDaemon(true);
        drawing.start();
    }

    @Override
    public synchronized void began(int number, int count, String instruction) {
        running.put(number, new RunningStep(number + "/" + count + " " + Shown.line(instruction), nanos.getAsLong()));
    }

    @Override
    public synchronized void wrote(int number, byte[] bytes, int offset, int length) {
        RunningStep step = running.get(number);
        if (step != null) {
            step.wrote(bytes, offset, length);
        }
    }

    @Override
    public synchronized void pulled(int number, String id, String text) {
        RunningStep step = running.get(number);
        if (step != null) {
            step.pulled(id, text);
        }
    }

    @Override
    public synchronized void ended(int number, boolean cached) {
        RunningStep step = running.remove(number);
        if (step != null) {
            ended.add(line(step.title(), cached ? "cached" : step.time(nanos.getAsLong())));
        }
    }

    private synchronized void drawUntilClosed() {
        try {
            while (!closed) {
                draw();
                wait(REDRAW_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String line(String title, String state) {
        int columns = Math.max(MIN_COLUMNS, size.get().columns()) - 1;
        String shown = fitted(title, columns - STATE_COLUMNS);
        int gap = columns - new AttributedString(shown).columnLength() - state.length();
        return shown + " ".repeat(Math.max(1, gap)) + state;
    }

    private static String fitted(String text, int columns) {
        return new AttributedString(text).columnSubSequence(0, columns).toString();
    }

    /** Writes the lines of what has ended, to stay, and those of what runs, to be drawn over. */
    private void draw() {
        int columns = Math.max(MIN_COLUMNS, size.get().columns()) - 1;
        int rows = Math.max(3, size.get().rows()) - 1;
        List<String> lines = new ArrayList<>();
        for (RunningStep step : running.values()) {
            lines.add(line(step.title(), step.time(nanos.getAsLong())));
            step.lines().forEach(text -> lines.add(fitted(INDENT + text, columns)));
        }
        if (lines.size() > rows) {
            lines.subList(rows, lines.size()).clear();
        }
        if (ended.isEmpty() && lines.equals(drawn)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (!drawn.isEmpty()) {
            text.append("\u001b[").append(drawn.size()).append('A');
        }
        text.append("\r\u001b[J");
        ended.forEach(line -> text.append(line).append("\r\n"));
        lines.forEach(line -> text.append(line).append("\r\n"));
        ended.clear();
        drawn = lines;
        out.print(text);
        out.flush();
    }

    /** Leaves the lines of what has ended, and none of what still runs. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running.clear();
            draw();
            notifyAll();
        }
        try {
            drawing.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

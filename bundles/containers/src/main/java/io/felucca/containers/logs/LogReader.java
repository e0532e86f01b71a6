package io.felucca.containers.logs;

import io.felucca.containers.Containers.LogQuery;
import io.felucca.containers.Containers.LogSink;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads a spool for one caller, on the caller's thread: what is there, then what comes, over rotations, each line once.
 * It holds one open file and a line at a time, whatever the log's size.
 */
public final class LogReader {

    /** How often the sink is asked whether it wants more. */
    private static final long LOOK_MILLIS = 100;

    private final LogSpool spool;
    private final LogQuery query;
    private final LogSink sink;
    private final BooleanSupplier running;
    private final LogSignal signal;
    private final Deque<SpoolFile> ahead = new ArrayDeque<>();

    /**
     * @param running whether more may come: asked before the last look at the file
     * @param signal told when something was written; without that it looks ten times a second
     */
    public LogReader(LogSpool spool, LogQuery query, LogSink sink, BooleanSupplier running, LogSignal signal) {
        this.spool = spool;
        this.query = query;
        this.sink = sink;
        this.running = running;
        this.signal = signal;
    }

    /** Returns at the end of the log, or when the sink or the interrupted thread wants no more. */
    public void run() {
        begin();
        SpoolFile file = null;
        try {
            while (true) {
                boolean more = query.follow() && running.getAsBoolean();
                if (file == null) {
                    if (ahead.isEmpty()) {
                        // Nothing was there at the beginning: whatever is now has come since, rotated or not.
                        ahead.addAll(spool.openAll());
                    }
                    file = ahead.poll();
                }
                if (file != null && !readOn(file)) {
                    return;
                }
                if (file != null && !ahead.isEmpty()) {
                    file.close();
                    file = null;
                } else if (file != null && !spool.isCurrent(file)) {
                    Optional<SpoolFile> next = spool.openAfter(file);
                    // The monitor has left this file for the next: what it wrote last is read before it is closed.
                    if (next.isPresent()) {
                        if (!readOn(file)) {
                            next.get().close();
                            return;
                        }
                        file.close();
                        file = next.get();
                    } else if (!more) {
                        return;
                    }
                } else if (!more) {
                    return;
                }
                if (more && !pause()) {
                    return;
                }
            }
        } finally {
            if (file != null) {
                file.close();
            }
            ahead.forEach(SpoolFile::close);
        }
    }

    private void begin() {
        List<SpoolFile> files = spool.openAll();
        if (query.tail() < 0) {
            ahead.addAll(files);
            return;
        }
        int wanted = query.tail();
        for (int i = files.size() - 1; i >= 0; i--) {
            SpoolFile file = files.get(i);
            if (i < files.size() - 1 && wanted == 0) {
                file.close();
                continue;
            }
            wanted -= file.seekToLast(wanted, i == files.size() - 1);
            ahead.addFirst(file);
        }
    }

    /** @return false when no more is wanted */
    private boolean readOn(SpoolFile file) {
        while (true) {
            Optional<SpoolLine> next = file.next();
            if (next.isEmpty()) {
                return true;
            }
            SpoolLine line = next.get();
            if (query.until() != null && line.time().isAfter(query.until())) {
                return false;
            }
            boolean wanted = (line.stderr() ? query.stderr() : query.stdout())
                    && (query.since() == null || !line.time().isBefore(query.since()));
            if (wanted && !sink.accept(line.time(), line.stderr(), text(line))) {
                return false;
            }
        }
    }

    private static byte[] text(SpoolLine line) {
        if (line.partial()) {
            return line.text();
        }
        byte[] whole = Arrays.copyOf(line.text(), line.text().length + 1);
        whole[whole.length - 1] = '\n';
        return whole;
    }

    private boolean pause() {
        if (query.until() != null && !java.time.Instant.now().isBefore(query.until())) {
            return false;
        }
        if (!ahead.isEmpty()) {
            return true;
        }
        // The sink passes on what it has before anything is waited for.
        if (!sink.wantsMore()) {
            return false;
        }
        try {
            signal.await(LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

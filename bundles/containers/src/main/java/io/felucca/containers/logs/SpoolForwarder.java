package io.felucca.containers.logs;

import io.felucca.log.spi.LogDriver.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hands a spool's entries on, from where the last time ended, also that of an engine before: a position is written when
 * the entries before it are safe, so that a crash or a driver that is swapped loses and repeats nothing.
 */
public final class SpoolForwarder {

    private static final int BATCH = 256;

    private final LogSpool spool;
    private final Path positionFile;
    private final Consumer<List<Entry>> driver;

    /** @param driver returns when they are safe; what it throws ends this call, and the next begins with the same entries */
    public SpoolForwarder(LogSpool spool, Path positionFile, Consumer<List<Entry>> driver) {
        this.spool = spool;
        this.positionFile = positionFile;
        this.driver = driver;
    }

    /** Hands on all that is there. One call at a time. */
    public void forward() {
        Optional<SpoolFile> open = begin();
        while (open.isPresent()) {
            SpoolFile file = open.get();
            try (file) {
                handOn(file);
                if (spool.isCurrent(file)) {
                    return;
                }
                open = spool.openAfter(file);
                if (open.isPresent()) {
                    // What the monitor wrote to it before it left it for the next.
                    handOn(file);
                }
            }
        }
    }

    private Optional<SpoolFile> begin() {
        Optional<SpoolPosition> position = SpoolPosition.read(positionFile);
        Optional<SpoolFile> file = position.isPresent()
                ? spool.openByKey(position.get().inode())
                : spool.openAll().stream().reduce((older, newer) -> {
                    newer.close();
                    return older;
                });
        file.ifPresent(open ->
                position.filter(last -> open.key().equals(last.inode())).ifPresent(last -> open.seek(last.offset())));
        return file;
    }

    private void handOn(SpoolFile file) {
        List<Entry> batch = new ArrayList<>();
        while (true) {
            Optional<SpoolLine> line = file.next();
            line.ifPresent(read -> batch.add(new Entry(read.time(), read.stderr(), read.partial(), read.text())));
            if (!batch.isEmpty() && (line.isEmpty() || batch.size() == BATCH)) {
                driver.accept(List.copyOf(batch));
                new SpoolPosition((Long) file.key(), file.position()).write(positionFile);
                batch.clear();
            }
            if (line.isEmpty()) {
                return;
            }
        }
    }
}

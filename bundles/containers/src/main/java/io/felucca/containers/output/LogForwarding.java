package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.logs.SpoolForwarding;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.state.Entry;
import io.felucca.engine.Drivers;
import io.felucca.log.spi.LogDriver;
import io.felucca.log.spi.LogDriver.LogSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what containers write to those log drivers that want it, off every path: the spool waits on disk. */
public final class LogForwarding {

    private static final Logger LOG = LoggerFactory.getLogger(LogForwarding.class);
    private static final long TURN_MILLIS = 250;

    private final ContainerFiles files;
    private final Drivers drivers;
    private final Workers workers;
    private final Set<Entry> sources = ConcurrentHashMap.newKeySet();

    public LogForwarding(ContainerFiles files, Drivers drivers, Workers workers) {
        this.files = files;
        this.drivers = drivers;
        this.workers = workers;
    }

    /** Goes on until the poller ends. */
    public void begin() {
        workers.poller().schedule(TURN_MILLIS, () -> {
            if (sources.isEmpty()) {
                begin();
            } else {
                workers.executor().execute(() -> {
                    sources.forEach(this::turn);
                    begin();
                });
            }
        });
    }

    /** It runs, or ran when nobody looked: there may be something to hand on. */
    public void add(Entry entry) {
        if (entry.record().log().forward()) {
            sources.add(entry);
        }
    }

    /** Hands on the rest of one that is removed; what cannot be handed on is lost with it, and that is told. */
    public void finish(Entry entry) {
        if (sources.contains(entry)) {
            turn(entry);
            if (sources.remove(entry)) {
                LOG.warn(
                        "container {} is removed before log driver {} had all of its output",
                        entry.id,
                        entry.record().log().driver());
            }
        }
    }

    private void turn(Entry entry) {
        boolean running = entry.life().running();
        ContainerRecord record = entry.record();
        Map<String, String> given = record.host().logConfig().config();
        LogSource source = new LogSource(record.id(), record.name(), given == null ? Map.of() : given);
        try {
            synchronized (entry.forwarding) {
                new SpoolForwarding(
                                entry.spool(files.log(entry.id)),
                                files.forwarded(entry.id),
                                entries -> drivers.<LogDriver, Object>call(
                                        LogDriver.class, record.log().driver(), driver -> {
                                            driver.accept(source, entries);
                                            return null;
                                        }))
                        .turn();
            }
            if (!running) {
                sources.remove(entry);
            }
        } catch (FeluccaException e) {
            // Nothing is lost: the next turn begins where this one did.
            if (e.kind() != Kind.UNAVAILABLE) {
                LOG.warn("log driver {} of container {}: {}", record.log().driver(), entry.id, e.getMessage());
            }
        }
    }
}

package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.logs.SpoolForwarder;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.engine.Drivers;
import io.felucca.log.spi.LogDriver;
import io.felucca.log.spi.LogDriver.LogSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what containers write to those log drivers that want it, off every path: the spool waits on disk. */
public final class LogForwarder {

    private static final Logger LOG = LoggerFactory.getLogger(LogForwarder.class);
    private static final long TURN_MILLIS = 250;

    private final ContainerFiles files;
    private final Drivers drivers;
    private final WorkerThreads workers;
    private final Set<ManagedContainer> sources = ConcurrentHashMap.newKeySet();

    public LogForwarder(ContainerFiles files, Drivers drivers, WorkerThreads workers) {
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
                    sources.forEach(this::forward);
                    begin();
                });
            }
        });
    }

    /** It runs, or ran when nobody looked: there may be something to hand on. */
    public void add(ManagedContainer container) {
        if (container.record().log().forward()) {
            sources.add(container);
        }
    }

    /** Hands on the rest of one that is removed; what cannot be handed on is lost with it, and that is told. */
    public void finish(ManagedContainer container) {
        if (sources.contains(container)) {
            forward(container);
            if (sources.remove(container)) {
                LOG.warn(
                        "container {} is removed before log driver {} had all of its output",
                        container.id,
                        container.record().log().driver());
            }
        }
    }

    private void forward(ManagedContainer container) {
        boolean running = container.state().running();
        ContainerRecord record = container.record();
        Map<String, String> given = record.host().logConfig().config();
        LogSource source = new LogSource(record.id(), record.name(), given == null ? Map.of() : given);
        try {
            synchronized (container.forwarding) {
                new SpoolForwarder(
                                container.spool(files.log(container.id)),
                                files.forwarded(container.id),
                                containers -> drivers.<LogDriver, Object>call(
                                        LogDriver.class, record.log().driver(), driver -> {
                                            driver.accept(source, containers);
                                            return null;
                                        }))
                        .forward();
            }
            if (!running) {
                sources.remove(container);
            }
        } catch (FeluccaException e) {
            // Nothing is lost: the next call begins where this one did.
            if (e.kind() != Kind.UNAVAILABLE) {
                LOG.warn("log driver {} of container {}: {}", record.log().driver(), container.id, e.getMessage());
            }
        }
    }
}

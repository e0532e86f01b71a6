package io.felucca.containers.stop;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.network.Networking;
import io.felucca.containers.output.LogKeeping;
import io.felucca.containers.process.Control;
import io.felucca.containers.process.ExitFile;
import io.felucca.containers.process.Watches;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.Cleaning;
import io.felucca.containers.remove.Removal;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entry;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that containers end, by their monitors: one thread for all. The monitor ends when it has written
 * the exit code; one that ended without was killed, and its container is ended with 255.
 */
public final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final int KILLED_MONITOR = 255;

    private final RecordStore store;
    private final ContainerFiles files;
    private final Processes processes;
    private final Watches watches;
    private final Workers workers;
    private final ContainerEvents events;
    private final Networking networking;
    private final Cleaning cleaning;
    private final Removal removal;
    private final Restarts restarts;
    private final LogKeeping keeping;

    public Endings(
            RecordStore store,
            ContainerFiles files,
            Processes processes,
            Watches watches,
            Workers workers,
            ContainerEvents events,
            Networking networking,
            Cleaning cleaning,
            Removal removal,
            Restarts restarts,
            LogKeeping keeping) {
        this.store = store;
        this.files = files;
        this.processes = processes;
        this.watches = watches;
        this.workers = workers;
        this.events = events;
        this.networking = networking;
        this.cleaning = cleaning;
        this.removal = removal;
        this.restarts = restarts;
        this.keeping = keeping;
    }

    public void watch(Entry entry, ProcessId monitor, int run) {
        watches.onEnd(monitor, Control.held(files.monitor(entry.id)), () -> ended(entry, run));
    }

    void ended(Entry entry, int run) {
        entry.turn.lock();
        try {
            Life life = entry.life();
            if (life.run() == run && life.running()) {
                end(entry, life);
            }
        } catch (FeluccaException e) {
            LOG.error("recording the end of container {}: {}", entry.id, e.getMessage(), e);
        } finally {
            entry.turn.unlock();
        }
    }

    /** The caller holds the turn. */
    public void end(Entry entry, Life life) {
        ContainerRecord record = entry.record();
        Path exit = files.exit(entry.id, life.run());
        Optional<ExitFile> file =
                ExitFile.read(exit.resolve("exit"), files.monitor(entry.id).resolve(entry.id));
        if (file.isEmpty()) {
            LOG.warn("the monitor of container {} was killed: the container is ended", entry.id);
            life.processId().ifPresent(this::kill);
        }
        int code = file.map(ExitFile::code).orElse(KILLED_MONITOR);
        boolean outOfMemory = Files.exists(exit.resolve("oom"));
        // A file's time is that of the kernel's last tick, up to 4 ms ago.
        Instant at = file.map(ExitFile::at)
                .filter(time -> time.isAfter(life.startedAt()))
                .orElseGet(file.isPresent() ? life::startedAt : Instant::now);
        // First of all: who is told of the end finds its ports and addresses free. A kill before the record does it
        // again.
        Life ended = life.ended(code, outOfMemory, at).withSandbox(networking.leave(entry, life.sandbox()));
        boolean remove =
                record.host().autoRemove() && !entry.isRestarting() && entry.removing.compareAndSet(false, true);
        boolean again = !remove && restarts.follows(entry, ended);
        entry.endedUnhealthy(false);
        Life next = again ? ended.toRestart() : ended;
        putOnRecord(entry, remove ? ended.withStatus(Status.REMOVING) : next);
        entry.life(next);
        if (entry.health() != null) {
            entry.health().end();
        }
        keeping.remove(entry);
        entry.leaveStreams();
        if (outOfMemory) {
            events.tell("oom", record);
        }
        // Before who waits for it, such as a stop, goes on and tells of that.
        events.tell("die", record, Map.of("exitCode", Integer.toString(code)));
        entry.tell(List.of(Condition.NOT_RUNNING, Condition.NEXT_EXIT), workers.executor());
        if (remove) {
            removal.finish(entry);
        } else {
            cleaning.afterEnd(record);
        }
        if (again) {
            restarts.schedule(entry);
        }
    }

    /** A disk that is full does not keep a container running: the next engine finds the exit file and does it again. */
    private void putOnRecord(Entry entry, Life ended) {
        try {
            store.write(entry.id, ended);
            if (!entry.record().host().autoRemove()) {
                store.syncState(entry.id);
            }
        } catch (FeluccaException e) {
            LOG.error("recording the end of container {}: {}", entry.id, e.getMessage(), e);
        }
    }

    /** A process without a monitor has nobody to hold its log and exit code. */
    private void kill(ProcessId process) {
        try (PidFd fd = processes.open(process).orElse(null)) {
            if (fd != null) {
                processes.signal(fd, Processes.SIGKILL);
            }
        }
    }
}

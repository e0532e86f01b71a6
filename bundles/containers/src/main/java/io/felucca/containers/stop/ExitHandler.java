package io.felucca.containers.stop;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.output.LogRotation;
import io.felucca.containers.process.ExitFile;
import io.felucca.containers.process.MonitorControl;
import io.felucca.containers.process.ProcessWatcher;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.RemoveOperation;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
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
public final class ExitHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ExitHandler.class);
    private static final int KILLED_MONITOR = 255;

    private final RecordStore store;
    private final ContainerFiles files;
    private final Processes processes;
    private final ProcessWatcher watcher;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final ContainerNetworks networks;
    private final TaskCleanup cleanup;
    private final RemoveOperation removeOperation;
    private final RestartScheduler restarts;
    private final LogRotation rotation;

    public ExitHandler(
            RecordStore store,
            ContainerFiles files,
            Processes processes,
            ProcessWatcher watcher,
            WorkerThreads workers,
            ContainerEvents events,
            ContainerNetworks networks,
            TaskCleanup cleanup,
            RemoveOperation removeOperation,
            RestartScheduler restarts,
            LogRotation rotation) {
        this.store = store;
        this.files = files;
        this.processes = processes;
        this.watcher = watcher;
        this.workers = workers;
        this.events = events;
        this.networks = networks;
        this.cleanup = cleanup;
        this.removeOperation = removeOperation;
        this.restarts = restarts;
        this.rotation = rotation;
    }

    public void watch(ManagedContainer container, ProcessId monitor, int run) {
        watcher.onEnd(monitor, MonitorControl.held(files.monitor(container.id)), () -> ended(container, run));
    }

    void ended(ManagedContainer container, int run) {
        container.lock.lock();
        try {
            ContainerState state = container.state();
            if (state.run() == run && state.running()) {
                end(container, state);
            }
        } catch (FeluccaException e) {
            LOG.error("recording the end of container {}: {}", container.id, e.getMessage(), e);
        } finally {
            container.lock.unlock();
        }
    }

    /** The caller holds the lock. */
    public void end(ManagedContainer container, ContainerState state) {
        ContainerRecord record = container.record();
        Path exit = files.exit(container.id, state.run());
        Optional<ExitFile> file =
                ExitFile.read(exit.resolve("exit"), files.monitor(container.id).resolve(container.id));
        if (file.isEmpty()) {
            LOG.warn("the monitor of container {} was killed: the container is ended", container.id);
            state.processId().ifPresent(this::kill);
        }
        int code = file.map(ExitFile::code).orElse(KILLED_MONITOR);
        boolean outOfMemory = Files.exists(exit.resolve("oom"));
        // A file's time is that of the kernel's last tick, up to 4 ms ago.
        Instant at = file.map(ExitFile::at)
                .filter(time -> time.isAfter(state.startedAt()))
                .orElseGet(file.isPresent() ? state::startedAt : Instant::now);
        // First of all: who is told of the end finds its ports and addresses free. A kill before the record does it
        // again.
        ContainerState ended =
                state.ended(code, outOfMemory, at).withSandbox(networks.leave(container, state.sandbox()));
        boolean remove = record.host().autoRemove()
                && !container.isRestarting()
                && container.removing.compareAndSet(false, true);
        boolean again = !remove && restarts.follows(container, ended);
        container.endedUnhealthy(false);
        ContainerState next = again ? ended.toRestart() : ended;
        putOnRecord(container, remove ? ended.withStatus(Status.REMOVING) : next);
        container.state(next);
        if (container.health() != null) {
            container.health().end();
        }
        rotation.remove(container);
        container.leaveStreams();
        if (outOfMemory) {
            events.tell("oom", record);
        }
        // Before who waits for it, such as a stop, goes on and tells of that.
        events.tell("die", record, Map.of("exitCode", Integer.toString(code)));
        container.tell(List.of(Condition.NOT_RUNNING, Condition.NEXT_EXIT), workers.executor());
        if (remove) {
            removeOperation.finish(container);
        } else {
            cleanup.afterEnd(record);
        }
        if (again) {
            restarts.schedule(container);
        }
    }

    /** A disk that is full does not keep a container running: the next engine finds the exit file and does it again. */
    private void putOnRecord(ManagedContainer container, ContainerState ended) {
        try {
            store.write(container.id, ended);
            if (!container.record().host().autoRemove()) {
                store.syncState(container.id);
            }
        } catch (FeluccaException e) {
            LOG.error("recording the end of container {}: {}", container.id, e.getMessage(), e);
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

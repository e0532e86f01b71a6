package io.felucca.containers.start;

import io.felucca.FeluccaException;
import io.felucca.containers.mounts.MountPreparation;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.network.NetworkSetup;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.BegunTask;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.Sandbox;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what a container needs to run, and undoes what was made when a start fails. */
public final class StartAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(StartAttempts.class);
    /** Of the monitor's own bound, at which it drops what was: no flood comes so far before the engine has rotated. */
    private static final long LOG_BYTES_LEAST = 16L << 20;

    private final RecordStore store;
    private final ContainerFiles files;
    private final Runtimes runtimes;
    private final Processes processes;
    private final Namespaces namespaces;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final ContainerNetworks networks;
    private final TaskCleanup cleanup;
    private final RootSetup rootSetup;
    private final SpecSetup specSetup;

    public StartAttempts(
            RecordStore store,
            ContainerFiles files,
            Runtimes runtimes,
            Processes processes,
            Namespaces namespaces,
            WorkerThreads workers,
            ContainerEvents events,
            ContainerNetworks networks,
            TaskCleanup cleanup,
            RootSetup rootSetup,
            SpecSetup specSetup) {
        this.store = store;
        this.files = files;
        this.runtimes = runtimes;
        this.processes = processes;
        this.namespaces = namespaces;
        this.workers = workers;
        this.events = events;
        this.networks = networks;
        this.cleanup = cleanup;
        this.rootSetup = rootSetup;
        this.specSetup = specSetup;
    }

    /**
     * @param prepared addresses and ports that it has taken, as the intent on disk says
     * @param environment what this run alone has besides the container's own variables
     */
    StartAttempt of(ManagedContainer container, int run, Sandbox prepared, List<String> environment) {
        return new StartAttempt(container, run, prepared, environment);
    }

    /** One attempt to start a container, step by step, so that what was made is known when it fails. */
    final class StartAttempt {

        private final ManagedContainer container;
        private final ContainerRecord record;
        private final int run;
        private final Sandbox prepared;
        private final List<String> environment;
        private boolean begun;
        private boolean mounted;
        private boolean created;
        private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
        private ProcessId process;
        private ProcessId monitor;
        private NetworkSetup setup;

        private StartAttempt(ManagedContainer container, int run, Sandbox prepared, List<String> environment) {
            this.container = container;
            record = container.record();
            this.run = run;
            this.prepared = prepared;
            this.environment = environment;
        }

        void make() {
            specSetup.prepare(record);
            cleanup.finishLast(record);
            begun = true;
            setup = networks.joining(record, prepared);
            setup.begin();
            // Beside the mount: neither needs the other.
            written = CompletableFuture.runAsync(this::writeFiles, workers.executor());
            Task made;
            try (ProcessFiles held = new ProcessFiles(namespaces, processes);
                    MountPreparation mounts = rootSetup.mounts();
                    BegunTask task = runtimes.begin(record.runtime(), task())) {
                made = task.create(prepare(mounts, held), () -> {});
            }
            created = true;
            events.tellVolumes("mount", record);
            process = identify(made.pid(), "first process");
            monitor = identify(made.monitorPid(), "monitor");
            setup.finish(process);
        }

        ProcessId process() {
            return process;
        }

        ProcessId monitor() {
            return monitor;
        }

        Sandbox sandbox() {
            return setup == null ? prepared : setup.sandbox();
        }

        private void writeFiles() {
            String id = record.id();
            networks.files().write(record, prepared, setup.hosts());
            store.makeFolder(files.bundle(id));
            store.makeFolder(files.monitor(id));
            store.makeFolder(files.exit(id, run));
            // What the run before left has been recorded long ago.
            Folders.remove(files.exit(id, run - 1));
        }

        /** Mounts all that the container sees. */
        private Map<String, Object> prepare(MountPreparation mounts, ProcessFiles held) {
            Path rootfs = rootSetup.mount(record);
            mounted = true;
            container.rootfs(rootfs);
            ResolvedUser user = rootSetup.prepare(rootfs, record, mounts);
            Map<String, Object> spec = specSetup.spec(record, rootfs, user, mounts, setup, held, environment);
            WorkerThreads.join(written);
            return spec;
        }

        private ProcessId identify(int pid, String what) {
            return processes
                    .identify(pid)
                    .orElseThrow(() -> FeluccaException.system("starting container " + record.id() + ": its " + what
                            + " (pid " + pid + ") ended at once: see the engine's log"));
        }

        private TaskSpec task() {
            String id = record.id();
            boolean spooled = record.log().readable() || record.log().forward();
            long maxBytes = record.log().maxBytes();
            return new TaskSpec(
                    id,
                    files.monitor(id),
                    files.exit(id, run),
                    files.bundle(id),
                    record.config().tty(),
                    record.config().openStdin(),
                    StreamConnections.inputEnds(record),
                    spooled ? Optional.of(files.log(id)) : Optional.empty(),
                    // The monitor's own bound holds while the engine is away; the engine rotates long before.
                    spooled && maxBytes > 0
                            ? Math.max(
                                    LOG_BYTES_LEAST,
                                    maxBytes * Math.max(2, record.log().maxFiles()))
                            : 0,
                    networks.portHolders(id));
        }

        void undo(RuntimeException cause) {
            try {
                written.handle((nothing, failure) -> failure).join();
                if (setup != null) {
                    setup.undo();
                }
                if (created) {
                    cleanup.endTask(record);
                } else if (begun) {
                    Folders.remove(files.task(record.id()));
                    cleanup.sharedMemory().release(record.id());
                }
                Folders.remove(files.exit(record.id(), run));
                if (mounted) {
                    rootSetup.detach(record);
                    cleanup.releaseVolumes(record);
                }
            } catch (FeluccaException e) {
                LOG.debug("undoing the start of {}: {}", record.id(), e.getMessage());
                cause.addSuppressed(e);
            }
        }
    }
}

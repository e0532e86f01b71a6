package io.felucca.containers.exec;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Exec;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.containers.network.Links;
import io.felucca.containers.process.BegunTask;
import io.felucca.containers.process.ExitFile;
import io.felucca.containers.process.MonitorControl;
import io.felucca.containers.process.ProcessWatcher;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.SignalNames;
import io.felucca.containers.process.StartExitCode;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ConfigMerge;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ExecRecord;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.rootfs.UserLookup;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.streams.StreamHubs;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs further processes in running containers, each under a monitor and in a folder of its own. */
public final class Execs {

    /** As dockerd: a client is told that an exec starts, and may give it a size, before it has started. */
    private static final long BEGIN_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Execs.class);

    private final RecordStore store;
    private final ContainerFiles files;
    private final Runtimes runtimes;
    private final Directories directories;
    private final Processes processes;
    private final Sockets sockets;
    private final StreamHubs hubs;
    private final ProcessWatcher watcher;
    private final WorkerThreads workers;
    private final OciSpec specs;
    private final ContainerDefaults defaults;
    private final ContainerEvents events;
    private final StrayExecs strays;
    private final SecureRandom random = new SecureRandom();
    private final ExecTable table;

    public Execs(
            RecordStore store,
            ContainerFiles files,
            Runtimes runtimes,
            Directories directories,
            Processes processes,
            Sockets sockets,
            StreamHubs hubs,
            ProcessWatcher watcher,
            WorkerThreads workers,
            OciSpec specs,
            ContainerDefaults defaults,
            ContainerEvents events,
            StrayExecs strays) {
        this.store = store;
        this.files = files;
        this.runtimes = runtimes;
        this.directories = directories;
        this.processes = processes;
        this.sockets = sockets;
        this.hubs = hubs;
        this.watcher = watcher;
        this.workers = workers;
        this.specs = specs;
        this.defaults = defaults;
        this.events = events;
        this.strays = strays;
        table = new ExecTable(workers.poller());
    }

    public String create(ManagedContainer container, String name, ExecSpec spec) {
        requireRunning(container, name);
        if (spec.workingDir() != null && !spec.workingDir().isEmpty()) {
            WorkingDirectory.check(spec.workingDir());
        }
        runtimes.expect(container.record().runtime());
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        boolean inputEnds = spec.attachStdin() && !spec.tty();
        table.created(new ExecProcess(id, container, spec, hubs.open(id, inputEnds)));
        events.tell("exec_create: " + String.join(" ", spec.cmd()), container.record(), Map.of("execID", id));
        return id;
    }

    /** What dockerd looks at before the container. */
    public static void requireCommand(ExecSpec spec) {
        if (spec.cmd() == null || spec.cmd().isEmpty()) {
            throw FeluccaException.invalid("No exec command specified");
        }
    }

    private static void requireRunning(ManagedContainer container, String name) {
        container.requireRunning();
        if (container.state().status() == Status.PAUSED) {
            throw FeluccaException.conflict("Container " + name + " is paused, unpause the container before exec");
        }
    }

    /** @return null for a detached one */
    public Attachment start(String execId, OutputSink sink) {
        ExecProcess exec = find(execId);
        requireRunning(exec.container, exec.container.id);
        switch (exec.claim()) {
            case CREATED -> table.started(exec);
            case ENDED -> throw FeluccaException.conflict("Error: Exec command " + execId + " has already run");
            default -> throw FeluccaException.conflict("Error: Exec command " + execId + " is already running");
        }
        Attachment attachment = null;
        if (sink != null) {
            ExecSpec spec = exec.spec;
            attachment = exec.streams.join(
                    new AttachQuery(spec.attachStdin(), spec.attachStdout(), spec.attachStderr(), false),
                    sink,
                    true,
                    () -> {});
        }
        try {
            run(exec, attachment != null);
        } catch (RuntimeException e) {
            boolean missing = StartExitCode.of(e) == StartExitCode.NOT_FOUND;
            exec.ended(missing ? StartExitCode.NOT_FOUND : StartExitCode.NOT_EXECUTABLE);
            exec.streams.end();
            table.ended(exec);
            removeFolders(exec);
            throw e;
        }
        return attachment;
    }

    private void run(ExecProcess exec, boolean attached) {
        ContainerRecord record = exec.container.record();
        runtimes.expect(record.runtime());
        Path monitor = folder(exec);
        store.makeFolder(monitor);
        store.makeFolder(exitFolder(exec));
        TaskSpec task = new TaskSpec(
                exec.id,
                monitor,
                exitFolder(exec),
                monitor,
                exec.spec.tty(),
                exec.spec.attachStdin(),
                exec.spec.attachStdin() && !exec.spec.tty(),
                Optional.empty(),
                0,
                List.of());
        Task started;
        try (BegunTask begun = runtimes.beginExec(record.runtime(), record.id(), task)) {
            started = begun.create(spec(exec), () -> {
                if (attached) {
                    exec.streams.connect(monitor.resolve("attach"));
                }
            });
        }
        exec.running(started.pid());
        events.tell("exec_start: " + String.join(" ", exec.spec.cmd()), record, Map.of("execID", exec.id));
        Optional<ProcessId> process = processes.identify(started.monitorPid());
        if (process.isEmpty()) {
            workers.executor().execute(() -> ended(exec));
        } else {
            ExecRecord left = new ExecRecord(
                    exec.id, exec.spec, started.pid(), process.get().toString());
            watcher.onEnd(process.get(), () -> ended(exec));
            putOnRecord(exec, left);
        }
    }

    private Map<String, Object> spec(ExecProcess exec) {
        ContainerRecord record = exec.container.record();
        return specs.exec(
                record.id(),
                ConfigMerge.withEnv(Links.env(exec.container.state().sandbox()), record.config(), List.of()),
                defaults.ulimits().under(record.host()),
                exec.spec,
                user(exec));
    }

    /** One of which that fails runs on, and its end is told: only an engine after this one ends it. */
    private void putOnRecord(ExecProcess exec, ExecRecord left) {
        synchronized (exec) { // It ends before this or after, and takes its folders away only then.
            if (exec.phase() == ExecProcess.Phase.ENDED) {
                return;
            }
            try {
                store.write(exitFolder(exec), left);
            } catch (FeluccaException e) {
                LOG.warn("exec {} of container {} is not on record: {}", exec.id, exec.container.id, e.getMessage());
            }
        }
    }

    /** Takes over what an engine before this one left running in a container; what ended meanwhile ends now, and so does what is not on record. */
    public void adopt(ManagedContainer container) {
        strays.end(container.id);
        for (ExecRecord left : store.execs(container.id)) {
            ExecProcess exec = new ExecProcess(left.id(), container, left.spec(), hubs.open(left.id(), false));
            exec.claim();
            exec.running(left.pid());
            table.started(exec);
            watcher.onEnd(left.monitorId(), () -> ended(exec));
        }
    }

    /** From files inside the container's root, as it is mounted. */
    private ResolvedUser user(ExecProcess exec) {
        ContainerRecord record = exec.container.record();
        String user = exec.spec.user() == null || exec.spec.user().isEmpty()
                ? record.config().user()
                : exec.spec.user();
        Path rootfs = exec.container.rootfs();
        if (rootfs == null) {
            throw FeluccaException.unavailable(
                    "container " + record.id() + " is being taken over from the engine before: try again in a moment");
        }
        try (Directory root = directories.open(rootfs)) {
            return UserLookup.resolve(root, user, record.host().groupAdd());
        }
    }

    private void ended(ExecProcess exec) {
        int code = ExitFile.read(exitFolder(exec).resolve("exit"), folder(exec).resolve(exec.container.id))
                .map(ExitFile::code)
                .orElse(255);
        exec.ended(code);
        if (!exec.streams.isConnected()) {
            exec.streams.end();
        }
        removeFolders(exec);
        events.tell("exec_die", exec.container.record(), Map.of("execID", exec.id, "exitCode", Integer.toString(code)));
        table.ended(exec);
    }

    private void removeFolders(ExecProcess exec) {
        Folders.remove(folder(exec));
        Folders.remove(exitFolder(exec));
    }

    static String folderName(String execId) {
        return execId.substring(0, 16);
    }

    private Path folder(ExecProcess exec) {
        return files.execs(exec.container.id).resolve(folderName(exec.id));
    }

    private Path exitFolder(ExecProcess exec) {
        return files.exitsOfExecs(exec.container.id).resolve(folderName(exec.id));
    }

    public ExecProcess find(String execId) {
        ExecProcess exec = table.get(execId);
        if (exec == null) {
            throw FeluccaException.notFound("No such exec instance: " + execId);
        }
        return exec;
    }

    public void resize(String execId, int columns, int rows) {
        ExecProcess exec = find(execId);
        awaitBegin(exec);
        if (exec.phase() != ExecProcess.Phase.RUNNING) {
            throw FeluccaException.conflict("Exec " + execId + " is not running");
        }
        MonitorControl.resize(sockets, folder(exec), columns, rows);
    }

    private static void awaitBegin(ExecProcess exec) {
        try {
            if (!exec.awaitBegin(BEGIN_MILLIS)) {
                throw FeluccaException.system("timeout waiting for exec session ready");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "exec " + exec.id + ": interrupted", e);
        }
    }

    public Exec get(String execId) {
        return find(execId).view();
    }

    /** Of a container, those that are not over. */
    public List<String> idsOf(ManagedContainer container) {
        return table.all().stream()
                .filter(exec -> exec.container == container && exec.phase() != ExecProcess.Phase.ENDED)
                .map(exec -> exec.id)
                .sorted()
                .toList();
    }

    public void forget(String execId) {
        table.forget(execId);
    }

    /** Ends its first process at once; its monitor tells its exit. */
    public void kill(String execId) {
        ExecProcess exec = table.get(execId);
        int pid = exec == null ? 0 : exec.view().pid();
        processes.identify(pid).flatMap(processes::open).ifPresent(fd -> {
            try (fd) {
                processes.signal(fd, SignalNames.KILL);
            }
        });
    }

    public void forgetAllOf(ManagedContainer container) {
        table.forgetAllOf(container);
    }

    /** Leaves the streams when the engine stops. */
    public void abandon() {
        table.all().forEach(exec -> exec.streams.abandon());
    }
}

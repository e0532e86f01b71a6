package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.mounts.MountPlacing;
import io.felucca.containers.mounts.TargetsInRoot;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.spec.AppArmor;
import io.felucca.containers.spec.ResolvedUser;
import io.felucca.containers.spec.SpecRequest;
import io.felucca.containers.spec.UserLookup;
import io.felucca.containers.spec.UserMount;
import io.felucca.containers.spec.WorkingDirectory;
import io.felucca.linux.Directory;
import io.felucca.linux.ProcessId;
import io.felucca.networks.Sandbox;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to start a container, step by step, so that what was made is known when it fails. */
final class StartAttempt {

    private static final Logger LOG = LoggerFactory.getLogger(StartAttempt.class);
    /** Of the monitor's own bound, at which it drops what was: no flood comes so far before the engine has rotated. */
    private static final long LOG_BYTES_LEAST = 16L << 20;

    private final Core core;
    private final Networking networking;
    private final Cleaning cleaning;
    private final AppArmor appArmor;
    private final Entry entry;
    private final ContainerRecord record;
    private final int run;
    private final Sandbox prepared;
    private boolean begun;
    private boolean mounted;
    private boolean created;
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    private ProcessId process;
    private ProcessId monitor;
    private Joining joining;

    /** @param prepared addresses and ports that it has taken, as the intent on disk says */
    StartAttempt(
            Core core,
            Networking networking,
            Cleaning cleaning,
            AppArmor appArmor,
            Entry entry,
            int run,
            Sandbox prepared) {
        this.core = core;
        this.networking = networking;
        this.cleaning = cleaning;
        this.appArmor = appArmor;
        this.entry = entry;
        record = entry.record();
        this.run = run;
        this.prepared = prepared;
    }

    void make() {
        String id = record.id();
        appArmor.prepare(record.host(), core.facts());
        cleaning.finishLast(record);
        begun = true;
        joining = new Joining(core, networking, record, prepared);
        joining.begin();
        // Beside the mount: neither needs the other.
        written = CompletableFuture.runAsync(this::writeFiles, core.executor());
        Task made;
        try (ProcessFiles files = new ProcessFiles(core);
                MountPlacing mounts = new MountPlacing(
                        core.directories(),
                        core.volumeMounts(),
                        core.kernelMounts(),
                        core.staging(),
                        core.facts().kernelIsAtLeast(5, 12))) {
            TaskSpec task =
                    task(() -> prepare(mounts, files)).withHeld(core.sandboxes().portHolders(id));
            made = core.drivers().call(RuntimeDriver.class, record.runtime(), driver -> driver.create(task));
        }
        created = true;
        core.events().tellVolumes("mount", record);
        process = identify(made.pid(), "first process");
        monitor = identify(made.monitorPid(), "monitor");
        joining.finish(process);
    }

    ProcessId process() {
        return process;
    }

    ProcessId monitor() {
        return monitor;
    }

    Sandbox sandbox() {
        return joining == null ? prepared : joining.sandbox();
    }

    private void writeFiles() {
        String id = record.id();
        networking.files().write(record, prepared, joining.hosts());
        core.store().makeFolder(core.files().bundle(id));
        core.store().makeFolder(core.files().monitor(id));
        core.store().makeFolder(core.files().exit(id, run));
        // What the run before left has been recorded long ago.
        Folders.remove(core.files().exit(id, run - 1));
    }

    /** Mounts all that the container sees. */
    private Map<String, Object> prepare(MountPlacing mounts, ProcessFiles files) {
        Path rootfs = core.storage().mount(record.storageDriver(), record.id(), Cleaning.MOUNT_USER);
        mounted = true;
        entry.rootfs(rootfs);
        ResolvedUser user;
        try (Directory root = core.directories().open(rootfs)) {
            user = UserLookup.resolve(
                    root, record.config().user(), record.host().groupAdd());
            String workingDir = record.config().workingDir();
            if (workingDir != null && !workingDir.isEmpty()) {
                WorkingDirectory.prepare(root, workingDir, record.idMap());
            }
            mounts.place(record.id(), record.mounts(), record.idMap());
            TargetsInRoot.check(root, targets(mounts), core.directories());
        }
        Map<String, Object> spec = spec(rootfs, user, mounts, joined(files));
        Cleaning.join(written);
        return spec;
    }

    private ProcessId identify(int pid, String what) {
        return core.processes()
                .identify(pid)
                .orElseThrow(() -> FeluccaException.system("starting container " + record.id() + ": its " + what
                        + " (pid " + pid + ") ended at once: see the engine's log"));
    }

    private Map<String, Object> spec(Path rootfs, ResolvedUser user, MountPlacing mounts, Map<String, Path> joined) {
        ContainerFiles files = core.files();
        String id = record.id();
        String network = record.networkOf().orElse(id);
        return core.specs()
                .create(new SpecRequest(
                        id,
                        ConfigMerge.withEnvBefore(record.config(), joining.env()),
                        core.settings().ulimits().under(record.host()),
                        user,
                        rootfs,
                        Optional.of(files.resolvConf(network)),
                        Optional.of(files.hostname(network)),
                        Optional.of(files.hosts(network)),
                        core.cgroupOf(record),
                        record.idMap(),
                        joining.mode(),
                        joined,
                        ready(mounts),
                        mounts.rootPropagation()));
    }

    private List<UserMount> targets(MountPlacing mounts) {
        List<UserMount> targets = new ArrayList<>(mounts.ready());
        record.host().tmpfs().keySet().forEach(path -> targets.add(new UserMount(path, "tmpfs", "tmpfs", List.of())));
        return targets;
    }

    private List<UserMount> ready(MountPlacing mounts) {
        List<UserMount> ready = new ArrayList<>(mounts.ready());
        cleaning.sharedMemory().mount(record).ifPresent(ready::add);
        return ready;
    }

    /** Its network's namespace when the engine made it or another container has it; {@code --pid container:NAME}. */
    private Map<String, Path> joined(ProcessFiles files) {
        Map<String, Path> joined = new HashMap<>();
        joining.namespace(files).ifPresent(file -> joined.put("network", file));
        joined.putAll(cleaning.sharedMemory().joined(record, files));
        String mode = record.host().pidMode();
        if (mode != null && mode.startsWith("container:")) {
            Entry other = core.entries().get(mode.substring("container:".length()));
            joined.put(
                    "pid",
                    other.life()
                            .processId()
                            .flatMap(process -> files.namespace(process, "pid"))
                            .orElseThrow(other::notRunning));
        }
        return joined;
    }

    private TaskSpec task(Supplier<Map<String, Object>> spec) {
        ContainerFiles files = core.files();
        String id = record.id();
        boolean spooled = record.log().readable() || record.log().forward();
        long maxBytes = record.log().maxBytes();
        return new TaskSpec(
                id,
                files.monitor(id),
                files.exit(id, run),
                files.bundle(id),
                spec,
                record.config().tty(),
                record.config().openStdin(),
                Starting.inputEnds(record),
                spooled ? Optional.of(files.log(id)) : Optional.empty(),
                // The monitor's own bound holds while the engine is away; the engine rotates long before (B8).
                spooled && maxBytes > 0
                        ? Math.max(
                                LOG_BYTES_LEAST,
                                maxBytes * Math.max(2, record.log().maxFiles()))
                        : 0);
    }

    void undo(RuntimeException cause) {
        try {
            written.handle((nothing, failure) -> failure).join();
            if (joining != null) {
                joining.undo();
            }
            if (created) {
                cleaning.endTask(record);
            } else if (begun) {
                Folders.remove(core.files().task(record.id()));
                cleaning.sharedMemory().release(record.id());
            }
            Folders.remove(core.files().exit(record.id(), run));
            if (mounted) {
                core.storage().detach(record.storageDriver(), record.id(), Cleaning.MOUNT_USER);
                cleaning.releaseVolumes(record);
            }
        } catch (FeluccaException e) {
            LOG.debug("undoing the start of {}: {}", record.id(), e.getMessage());
            cause.addSuppressed(e);
        }
    }
}

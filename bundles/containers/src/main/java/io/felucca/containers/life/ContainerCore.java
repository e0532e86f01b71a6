package io.felucca.containers.life;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.logs.LogReading;
import io.felucca.containers.logs.LogSignal;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.spec.HostFacts;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.streams.StreamHub;
import io.felucca.containers.usage.HostProcesses;
import io.felucca.containers.usage.UsageReading;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.FolderArchives;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.linux.Directories;
import io.felucca.linux.Host;
import io.felucca.linux.Mounts;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.NetworkUsers;
import io.felucca.networks.Networks;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.VolumeUsers;
import io.felucca.volumes.Volumes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The façade: finds the container, takes its turn where it is changed, and has the steps done by their classes. */
@Component(service = Containers.class, configurationPid = ContainersConfig.PID, immediate = true)
@Designate(ocd = ContainersConfig.class)
public final class ContainerCore implements Containers, ImageUsers {

    private final Core core;
    private final Workers workers;
    private final List<ServiceRegistration<?>> registrations;
    private final Cleaning cleaning;
    private final Networking networking;
    private final Removal removal;
    private final Restarts restarts;
    private final Endings endings;
    private final Starting starting;
    private final Creation creation;
    private final Stopping stopping;
    private final Execs execs;
    private final Updating updating;
    private final UsageReading usage;
    private final Views views;

    @Activate
    public ContainerCore(
            ContainersConfig config,
            @Reference EngineRoot root,
            @Reference Drivers drivers,
            @Reference Storage storage,
            @Reference Images images,
            @Reference Layers layers,
            @Reference Directories directories,
            @Reference Processes processes,
            @Reference Sockets sockets,
            @Reference Networks networks,
            @Reference Sandboxes sandboxes,
            @Reference Namespaces namespaces,
            @Reference Host host,
            @Reference Events events,
            @Reference Mounts mounts,
            @Reference Volumes volumes,
            @Reference VolumeMounts volumeMounts,
            @Reference FolderArchives folderArchives,
            BundleContext context) {
        Settings settings = Settings.of(config, root, Path.of("/etc"));
        HostFacts facts = HostFacts.of(host);
        ContainerFiles files = new ContainerFiles(root);
        RecordStore store = new RecordStore(files);
        workers = new Workers(sockets.openPoller());
        core = new Core(
                files,
                store,
                new Entries(),
                storage,
                images,
                layers,
                drivers,
                directories,
                processes,
                sockets,
                networks,
                sandboxes,
                namespaces,
                workers.poller(),
                new Watches(processes, workers.poller(), workers.executor()),
                new FolderWatch(sockets.openInotify(), workers.poller()),
                workers.executor(),
                facts,
                new OciSpec(facts),
                settings,
                new ContainerEvents(events, mount -> volumes.get(mount.name()).driver()),
                volumes,
                volumeMounts,
                mounts,
                new ContainerVolumes(volumes, volumeMounts, directories, root.dataRoot()),
                new Staging(root.execRoot().resolve("v"), mounts),
                folderArchives);
        core.staging().sweep();
        cleaning = new Cleaning(core);
        networking = new Networking(core);
        execs = new Execs(core);
        LogForwarding forwarding = new LogForwarding(core);
        LogKeeping keeping = new LogKeeping(core);
        removal = new Removal(core, networking, cleaning, execs, forwarding);
        restarts = new Restarts(core, this::restartInTurn);
        stopping = new Stopping(core, restarts);
        HealthChecks health = new HealthChecks(core, execs, this::stopUnhealthy);
        endings = new Endings(core, networking, cleaning, removal, restarts, keeping);
        starting = new Starting(core, networking, endings, cleaning, forwarding, keeping, health);
        creation = new Creation(core, networking);
        views = new Views(core, networking);
        updating = new Updating(core);
        usage = new UsageReading(
                Path.of("/proc"),
                Path.of("/sys/fs/cgroup"),
                facts.cgroups().unified(),
                facts.cpus().count());
        new Adoption(core, networking, starting, endings, cleaning, removal, forwarding, keeping, health).begin();
        forwarding.begin();
        // By hand: the image store looks for its users, and this needs the image store. DS refuses such a circle.
        registrations = List.of(
                context.registerService(ImageUsers.class, this, null),
                context.registerService(
                        VolumeUsers.class, new VolumeUses(core, creation, this::pause, this::unpause), null),
                context.registerService(NetworkUsers.class, networking::inUse, null),
                context.registerService(ContainerArchives.class, new Archives(core, this::pause, this::unpause), null));
    }

    /** Containers go on: only what the engine holds of them is let go. */
    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
        workers.stopPolling();
        creation.letGo();
        core.watches().close();
        core.changes().close();
        core.entries().all().forEach(Entry::abandon);
        execs.abandon();
        workers.close();
        if (core.entries().all().isEmpty()) {
            new EngineCgroup(Path.of("/sys/fs/cgroup"), core.settings().cgroupParent()).removeUnlessUsed();
        }
    }

    @Override
    public Created create(ContainerSpec spec) {
        return creation.create(spec);
    }

    @Override
    public void start(String name) {
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> startInTurn(entry));
    }

    private void startInTurn(Entry entry) {
        try {
            starting.start(entry);
        } catch (FeluccaException e) {
            boolean failed = !entry.life().running() && e.kind() != Kind.NOT_MODIFIED;
            if (failed && entry.record().host().autoRemove() && entry.removing.compareAndSet(false, true)) {
                removal.putOnRecord(entry);
                removal.finish(entry);
            }
            throw e;
        }
    }

    /** By its policy. */
    private void restartInTurn(Entry entry) {
        starting.restart(entry);
    }

    private void stopUnhealthy(Entry entry) {
        stopping.stopRunning(entry, null, null);
    }

    @Override
    public void stop(String name, Integer timeoutSeconds, String signal) {
        stopping.stop(core.entries().get(name), timeoutSeconds, signal);
    }

    @Override
    public void kill(String name, String signal) {
        if (signal != null && !signal.isEmpty()) {
            Signals.parse(signal);
        }
        Entry entry;
        try {
            entry = core.entries().get(name);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Cannot kill container: " + name + ": " + e.getMessage(), e);
        }
        stopping.kill(entry, name, signal);
    }

    @Override
    public void restart(String name, Integer timeoutSeconds, String signal) {
        Entry entry = core.entries().get(name);
        entry.restarting(true);
        try {
            if (!restarts.giveUp(entry) && entry.life().running()) {
                stopping.stopRunning(entry, timeoutSeconds, signal);
            }
            inTurn(entry, () -> startInTurn(entry));
        } finally {
            entry.restarting(false);
        }
        core.events().tell("restart", entry.record());
    }

    @Override
    public void pause(String name) {
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> {
            entry.requireRunning();
            if (entry.life().status() == Status.PAUSED) {
                throw FeluccaException.conflict("Container " + entry.id + " is already paused");
            }
            change(entry, Status.PAUSED, "pause", driver -> driver.pause(entry.id));
        });
    }

    @Override
    public void unpause(String name) {
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> {
            if (entry.life().status() != Status.PAUSED) {
                throw FeluccaException.conflict("Container " + entry.id + " is not paused");
            }
            change(entry, Status.RUNNING, "unpause", driver -> driver.resume(entry.id));
        });
    }

    private void change(Entry entry, Status status, String event, Consumer<RuntimeDriver> work) {
        core.drivers()
                .<RuntimeDriver, Object>call(RuntimeDriver.class, entry.record().runtime(), driver -> {
                    work.accept(driver);
                    return null;
                });
        entry.life(entry.life().withStatus(status));
        core.store().write(entry.id, entry.life());
        core.events().tell(event, entry.record());
    }

    @Override
    public List<String> update(String name, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        Entry entry = core.entries().get(name);
        entry.turn.lock();
        try {
            return updating.update(entry, resources, policy);
        } finally {
            entry.turn.unlock();
        }
    }

    @Override
    public void connect(String name, String network, EndpointSpec spec) {
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> networking.connect(entry, network, spec));
    }

    @Override
    public void disconnect(String name, String network, boolean force) {
        if (force && core.entries().find(name).isEmpty()) {
            core.networks().get(network);
            throw FeluccaException.notFound("endpoint " + name + " not found");
        }
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> networking.disconnect(entry, network, force));
    }

    @Override
    public void publish(String name, Map<String, List<HostConfig.PortBinding>> ports) {
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> networking.publish(entry, ports));
    }

    @Override
    public CompletableFuture<Exit> await(String name, Condition condition) {
        return core.entries().get(name).await(condition);
    }

    @Override
    public void remove(String name, boolean force, boolean volumes) {
        removal.remove(core.entries().get(name), force, volumes, stopping::killAndWait);
    }

    @Override
    public void rename(String name, String newName) {
        if (name == null || name.isEmpty() || newName == null || newName.isEmpty()) {
            throw FeluccaException.invalid("Neither old nor new names may be empty");
        }
        Entry entry = core.entries().get(name);
        inTurn(entry, () -> {
            String old = entry.record().name();
            String wanted = newName.startsWith("/") ? newName : "/" + newName;
            if (wanted.equals("/" + old)) {
                throw FeluccaException.invalid("Renaming a container with the same name as its current name");
            }
            ContainerRecord renamed;
            try {
                renamed = entry.record().withName(core.entries().names().take(wanted, entry.id));
            } catch (FeluccaException e) {
                throw new FeluccaException(e.kind(), "Error when allocating new name: " + e.getMessage(), e);
            }
            core.store().rewrite(renamed);
            entry.record(renamed);
            core.entries().names().free(old, entry.id);
            core.sandboxes().renamed(entry.id, renamed.name());
            core.events().tell("rename", renamed, Map.of("oldName", "/" + old));
        });
    }

    @Override
    public Container get(String name) {
        Entry entry = core.entries().get(name);
        return views.of(entry, execs.idsOf(entry));
    }

    @Override
    public List<Container> list(boolean all, Map<String, List<String>> filters) {
        Filters asked = new Filters(filters, core.entries(), core.images());
        var matches = asked.forList();
        return core.entries().all().stream()
                .filter(entry -> all || asked.wantsEnded() || entry.life().active())
                .filter(matches)
                .sorted(Comparator.comparing((Entry entry) -> entry.record().created())
                        .reversed())
                .map(entry -> views.of(entry, List.of()))
                .toList();
    }

    @Override
    public long sizeBytes(String name) {
        Entry entry = core.entries().get(name);
        return core.storage()
                .with(entry.record().storageDriver(), store -> store.usage(entry.id))
                .sizeBytes();
    }

    @Override
    public void logs(String name, LogQuery query, LogSink sink) {
        Entry entry = core.entries().get(name);
        if (!query.stdout() && !query.stderr()) {
            throw FeluccaException.invalid("Bad parameters: you must choose at least one stream");
        }
        if (!entry.record().log().readable()) {
            throw FeluccaException.invalid("configured logging driver does not support reading");
        }
        read(entry, query, sink);
    }

    @SuppressWarnings("try") // what only has to be closed
    private void read(Entry entry, LogQuery query, LogSink sink) {
        LogSignal signal = new LogSignal();
        Path log = core.files().log(entry.id);
        try (FolderWatch.Subscription told =
                query.follow() ? core.changes().on(log.getParent(), signal::tell) : () -> {}) {
            new LogReading(entry.spool(log), query, sink, () -> entry.life().running(), signal).run();
        }
    }

    @Override
    public Attachment attach(String name, AttachQuery query, OutputSink sink) {
        Entry entry = core.entries().get(name);
        if (entry.life().status() == Status.PAUSED) {
            throw FeluccaException.conflict("Container " + name + " is paused. Unpause the container before attach.");
        }
        if (entry.life().waiting()) {
            entry.requireRunning();
        }
        ContainerRecord record = entry.record();
        StreamHub streams = entry.streams(() -> core.hub(entry.id, Starting.inputEnds(record)));
        AttachQuery allowed = new AttachQuery(
                query.stdin() && record.config().openStdin(), query.stdout(), query.stderr(), query.logs());
        Attachment attachment = streams.join(allowed, sink, !entry.life().running(), () -> {
            if (query.logs() && record.log().readable()) {
                LogQuery whole = new LogQuery(false, query.stdout(), query.stderr(), null, null, -1);
                read(entry, whole, (time, stderr, line) -> sink.write(stderr, line, 0, line.length));
            }
        });
        if (entry.life().running()) {
            starting.connectStreams(entry);
        }
        core.events().tell("attach", record);
        return attachment;
    }

    @Override
    public void resize(String name, int columns, int rows) {
        Entry entry = core.entries().get(name);
        entry.requireRunning();
        Control.resize(core.sockets(), core.files().monitor(entry.id), columns, rows);
    }

    @Override
    public String createExec(String name, ExecSpec spec) {
        return execs.create(core.entries().get(name), name, spec);
    }

    @Override
    public Attachment startExec(String execId, OutputSink sink) {
        return execs.start(execId, sink);
    }

    @Override
    public void resizeExec(String execId, int columns, int rows) {
        execs.resize(execId, columns, rows);
    }

    @Override
    public Exec getExec(String execId) {
        return execs.get(execId);
    }

    @Override
    public CompletableFuture<Exit> awaitExec(String execId) {
        return execs.find(execId).exit();
    }

    @Override
    public List<Integer> processes(String name) {
        Entry entry = core.entries().get(name);
        entry.requireRunning();
        return core.drivers().call(RuntimeDriver.class, entry.record().runtime(), driver -> driver.processes(entry.id));
    }

    @Override
    public ProcessTable top(String name, String options) {
        HostProcesses.checkOptions(" " + options);
        return new HostProcesses(core.processes()).table(options, processes(name));
    }

    @Override
    public ContainerStats stats(String name) {
        Entry entry = core.entries().get(name);
        return entry.life()
                .processId()
                .map(process -> usage.read(core.cgroupOf(entry.record()), process.pid()))
                .orElse(ContainerStats.NONE);
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        var matches = new Filters(filters, core.entries(), core.images()).forPrune();
        return removal.prune(matches, entry -> sizeBytes(entry.id));
    }

    @Override
    public Support support() {
        HostFacts.CgroupSupport cgroups = core.facts().cgroups();
        return new Support(
                cgroups.unified(),
                cgroups.controllers(),
                cgroups.swap(),
                core.facts().appArmor(),
                !core.settings().idMap().equals(IdMap.NONE),
                core.settings().runtime(),
                core.settings().logDriver());
    }

    @Override
    public List<Use> usesOf(Digest image) {
        List<Use> uses = new ArrayList<>(creation.usesUnderWay(image));
        for (Entry entry : core.entries().all()) {
            if (entry.record().image().equals(image)) {
                uses.add(new Use(entry.id, entry.record().name(), entry.life().active()));
            }
        }
        return uses;
    }

    /** For tests: who watches it. */
    ProcessId monitorOf(String name) {
        return core.entries().get(name).life().monitorId().orElseThrow();
    }

    private static void inTurn(Entry entry, Runnable work) {
        entry.turn.lock();
        try {
            work.run();
        } finally {
            entry.turn.unlock();
        }
    }
}

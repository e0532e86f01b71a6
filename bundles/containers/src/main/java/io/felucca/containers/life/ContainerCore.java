package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.spec.HostFacts;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.usage.HostProcesses;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.FolderArchives;
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
import io.felucca.networks.Networks;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.Volumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The façade: finds the container, takes its turn where it is changed, and has the steps done by their classes. */
@Component(
        service = {Containers.class, ContainerCore.class},
        configurationPid = ContainersConfig.PID,
        immediate = true)
@Designate(ocd = ContainersConfig.class)
public final class ContainerCore implements Containers {

    private final Core core;
    private final Workers workers;
    private final Steps steps;
    private final EngineCgroup engineCgroup;

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
            @Reference FolderArchives folderArchives) {
        Settings settings = Settings.of(config, root, Path.of("/etc"));
        engineCgroup = new EngineCgroup(Path.of("/sys/fs/cgroup"), Settings.engineCgroup(root));
        HostFacts facts = HostFacts.of(host);
        ContainerFiles files = new ContainerFiles(root);
        RecordStore store = new RecordStore(files);
        Folders.spread(directories, files.containers());
        Folders.spread(directories, files.tasks());
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
                new Watches(processes, sockets, workers.poller(), workers.executor()),
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
        steps = new Steps(core);
    }

    /** Containers go on: only what the engine holds of them is let go. */
    @Deactivate
    void deactivate() {
        workers.stopPolling();
        steps.creation.letGo();
        core.watches().close();
        core.changes().close();
        core.entries().all().forEach(Entry::abandon);
        steps.execs.abandon();
        workers.close();
        if (core.entries().all().isEmpty()) {
            engineCgroup.removeUnlessUsed();
        }
    }

    @Override
    public Created create(ContainerSpec spec) {
        return steps.creation.create(spec);
    }

    @Override
    public void start(String name) {
        steps.turns.start(core.entries().get(name));
    }

    @Override
    public void stop(String name, Integer timeoutSeconds, String signal) {
        steps.stopping.stop(core.entries().get(name), timeoutSeconds, signal);
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
        steps.stopping.kill(entry, name, signal);
    }

    @Override
    public void restart(String name, Integer timeoutSeconds, String signal) {
        steps.turns.restart(core.entries().get(name), timeoutSeconds, signal);
    }

    @Override
    public void pause(String name) {
        steps.turns.pause(core.entries().get(name));
    }

    @Override
    public void unpause(String name) {
        steps.turns.unpause(core.entries().get(name));
    }

    @Override
    public List<String> update(String name, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        return steps.turns.update(core.entries().get(name), resources, policy);
    }

    @Override
    public void connect(String name, String network, EndpointSpec spec) {
        steps.turns.connect(core.entries().get(name), network, spec);
    }

    @Override
    public void disconnect(String name, String network, boolean force) {
        if (force && core.entries().find(name).isEmpty()) {
            core.networks().get(network);
            throw FeluccaException.notFound("endpoint " + name + " not found");
        }
        steps.turns.disconnect(core.entries().get(name), network, force);
    }

    @Override
    public void publish(String name, Map<String, List<HostConfig.PortBinding>> ports) {
        steps.turns.publish(core.entries().get(name), ports);
    }

    @Override
    public CompletableFuture<Exit> await(String name, Condition condition) {
        return core.entries().get(name).await(condition);
    }

    @Override
    public void remove(String name, boolean force, boolean volumes) {
        steps.removal.remove(core.entries().get(name), force, volumes, steps.stopping::killAndWait);
    }

    @Override
    public void unlink(String name) {
        steps.turns.unlink(name);
    }

    @Override
    public void rename(String name, String newName) {
        if (name == null || name.isEmpty() || newName == null || newName.isEmpty()) {
            throw FeluccaException.invalid("Neither old nor new names may be empty");
        }
        steps.turns.rename(core.entries().get(name), newName);
    }

    @Override
    public Container get(String name) {
        Entry entry = core.entries().get(name);
        return steps.views.of(entry, steps.execs.idsOf(entry), Map.of());
    }

    @Override
    public Container inspect(String name) {
        Entry entry = core.entries().get(name);
        Map<String, String> layer = core.storage().data(entry.record().storageDriver(), entry.id);
        return steps.views.of(entry, steps.execs.idsOf(entry), layer);
    }

    @Override
    public List<Container> list(boolean all, Map<String, List<String>> filters) {
        return steps.views.list(all, filters);
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
        steps.outputs.logs(core.entries().get(name), query, sink);
    }

    @Override
    public Attachment attach(String name, AttachQuery query, OutputSink sink) {
        return steps.outputs.attach(core.entries().get(name), name, query, sink);
    }

    @Override
    public void resize(String name, int columns, int rows) {
        Entry entry = core.entries().get(name);
        entry.requireRunning();
        Control.resize(core.sockets(), core.files().monitor(entry.id), columns, rows);
    }

    @Override
    public String createExec(String name, ExecSpec spec) {
        Execs.requireCommand(spec);
        return steps.execs.create(core.entries().get(name), name, spec);
    }

    @Override
    public Attachment startExec(String execId, OutputSink sink) {
        return steps.execs.start(execId, sink);
    }

    @Override
    public void resizeExec(String execId, int columns, int rows) {
        steps.execs.resize(execId, columns, rows);
    }

    @Override
    public Exec getExec(String execId) {
        return steps.execs.get(execId);
    }

    @Override
    public CompletableFuture<Exit> awaitExec(String execId) {
        return steps.execs.find(execId).exit();
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
        return new HostProcesses(core.processes()).table(options, () -> processes(name));
    }

    @Override
    public ContainerStats stats(String name) {
        Entry entry = core.entries().get(name);
        return entry.life()
                .processId()
                .map(process -> steps.usage.read(
                        core.cgroupOf(entry.record()),
                        process.pid(),
                        () -> core.processes().isAlive(process)))
                .orElse(ContainerStats.NONE);
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        var matches = new Filters(filters, core.entries(), core.images(), entry -> NetworkSettings.NONE).forPrune();
        return steps.removal.prune(matches, entry -> sizeBytes(entry.id));
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

    Core parts() {
        return core;
    }

    Steps steps() {
        return steps;
    }

    /** For tests: who watches it. */
    ProcessId monitorOf(String name) {
        return core.entries().get(name).life().monitorId().orElseThrow();
    }
}

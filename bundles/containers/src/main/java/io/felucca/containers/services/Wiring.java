package io.felucca.containers.services;

import io.felucca.containers.adopt.Adoption;
import io.felucca.containers.adopt.OrphanCollector;
import io.felucca.containers.change.AddDeviceOperation;
import io.felucca.containers.change.LockedOperations;
import io.felucca.containers.change.UpdateOperation;
import io.felucca.containers.create.CreateOperation;
import io.felucca.containers.create.EarlyMounts;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.exec.StrayExecs;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.SharedMemory;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.network.Links;
import io.felucca.containers.network.NetworkChanges;
import io.felucca.containers.network.NetworkFiles;
import io.felucca.containers.network.NetworkMapper;
import io.felucca.containers.output.LogForwarder;
import io.felucca.containers.output.LogRotation;
import io.felucca.containers.output.LogSelection;
import io.felucca.containers.output.LogsAndAttach;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.ProcessWatcher;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.query.ContainerMapper;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.RemoveOperation;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.settings.ContainersConfig;
import io.felucca.containers.settings.EngineCgroup;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.start.RootSetup;
import io.felucca.containers.start.SpecSetup;
import io.felucca.containers.start.StartAttempts;
import io.felucca.containers.start.StartOperation;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.stop.ExitHandler;
import io.felucca.containers.stop.StopOperation;
import io.felucca.containers.streams.StreamHubs;
import io.felucca.containers.usage.UsageReader;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.linux.Host;
import io.felucca.linux.Mounts;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Directories;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.Networks;
import io.felucca.networks.Sandboxes;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.Volumes;
import java.nio.file.Path;

/**
 * Puts the parts of this bundle together and begins: what an earlier engine left is adopted. No other class makes a part
 * that others share.
 */
final class Wiring implements AutoCloseable {

    final ContainerDefaults defaults;
    final HostFacts facts;
    final ContainerFiles files;
    final RecordStore store;
    final ContainerRegistry registry;
    final ContainerEvents events;
    final Staging staging;
    final Runtimes runtimes;
    final TaskCleanup cleanup;
    final ContainerNetworks networking;
    final Execs execs;
    final RemoveOperation removeOperation;
    final StopOperation stopOperation;
    final CreateOperation createOperation;
    final LockedOperations operations;
    final LogsAndAttach output;
    final ContainerMapper mapper;
    final UsageReader usage;

    private final EngineCgroup engineCgroup;
    private final WorkerThreads workers;
    private final ProcessWatcher watcher;
    private final FolderWatch folderWatch;
    private final StartOperation startOperation;

    Wiring(
            ContainersConfig config,
            EngineRoot root,
            Drivers drivers,
            Storage storage,
            Images images,
            Directories directories,
            Processes processes,
            Sockets sockets,
            Networks networks,
            Sandboxes sandboxes,
            Namespaces namespaces,
            Host host,
            Events events,
            Mounts mounts,
            Volumes volumes,
            VolumeMounts volumeMounts) {
        defaults = ContainerDefaults.of(config, root, Path.of("/etc"));
        engineCgroup = new EngineCgroup(Path.of("/sys/fs/cgroup"), ContainerDefaults.engineCgroup(root));
        facts = HostFacts.of(host);
        files = new ContainerFiles(root);
        store = new RecordStore(files);
        Folders.spread(directories, files.containers());
        Folders.spread(directories, files.tasks());
        workers = new WorkerThreads(sockets.openPoller());
        registry = new ContainerRegistry();
        watcher = new ProcessWatcher(processes, sockets, workers.poller(), workers.executor());
        folderWatch = new FolderWatch(sockets.openInotify(), workers.poller());
        OciSpec specs = new OciSpec(facts);
        this.events =
                new ContainerEvents(events, mount -> volumes.get(mount.name()).driver());
        ContainerVolumes containerVolumes = new ContainerVolumes(volumes, volumeMounts, directories, root.dataRoot());
        staging = new Staging(root.execRoot().resolve("v"), mounts);
        runtimes = new Runtimes(drivers);
        StreamHubs hubs = new StreamHubs(sockets, workers.poller(), workers.executor());
        staging.sweep();

        SharedMemory sharedMemory = new SharedMemory(store, files, registry, directories, mounts);
        cleanup = new TaskCleanup(
                files, storage, volumeMounts, containerVolumes, runtimes, workers, this.events, sharedMemory);
        Links links = new Links(store, registry, sandboxes);
        NetworkFiles networkFiles = new NetworkFiles(files, sandboxes, directories);
        NetworkMapper networkMapper = new NetworkMapper(registry, networks, links);
        NetworkChanges networkChanges = new NetworkChanges(
                store, registry, networks, sandboxes, namespaces, processes, links, networkFiles, networkMapper);
        networking = new ContainerNetworks(
                registry,
                sandboxes,
                defaults,
                namespaces,
                processes,
                workers,
                links,
                networkFiles,
                networkMapper,
                networkChanges);
        execs = new Execs(
                store,
                files,
                runtimes,
                directories,
                processes,
                sockets,
                hubs,
                watcher,
                workers,
                specs,
                defaults,
                this.events,
                new StrayExecs(store, files, processes, watcher));
        LogForwarder forwarder = new LogForwarder(files, drivers, workers);
        LogRotation rotation = new LogRotation(files, sockets, folderWatch, workers);
        StreamConnections streams = new StreamConnections(files);
        removeOperation = new RemoveOperation(
                store,
                files,
                registry,
                storage,
                containerVolumes,
                workers,
                this.events,
                networking,
                cleanup,
                execs,
                forwarder);
        RestartScheduler restarts = new RestartScheduler(store, workers, this::restart);
        stopOperation = new StopOperation(store, runtimes, processes, this.events, restarts);
        HealthChecks health = new HealthChecks(images, workers, this.events, execs, this::stopUnhealthy);
        ExitHandler exits = new ExitHandler(
                store,
                files,
                processes,
                watcher,
                workers,
                this.events,
                networking,
                cleanup,
                removeOperation,
                restarts,
                rotation);
        RootSetup rootSetup = new RootSetup(storage, volumeMounts, staging, directories, mounts, facts);
        SpecSetup specSetup =
                new SpecSetup(files, registry, sharedMemory, new AppArmor(processes), facts, specs, defaults);
        StartAttempts attempts = new StartAttempts(
                store,
                files,
                runtimes,
                processes,
                namespaces,
                workers,
                this.events,
                networking,
                cleanup,
                rootSetup,
                specSetup);
        startOperation = new StartOperation(
                store,
                containerVolumes,
                runtimes,
                workers,
                this.events,
                networking,
                exits,
                streams,
                forwarder,
                rotation,
                health,
                attempts);
        createOperation = new CreateOperation(
                store,
                files,
                registry,
                images,
                storage,
                containerVolumes,
                runtimes,
                directories,
                workers,
                facts,
                defaults,
                this.events,
                networking,
                new EarlyMounts(registry, storage, workers),
                new LogSelection(drivers, defaults));
        mapper = new ContainerMapper(files, registry, images, volumes, facts, networking);
        UpdateOperation updateOperation = new UpdateOperation(
                store,
                runtimes,
                facts,
                specs,
                this.events,
                new AddDeviceOperation(directories, processes, facts, defaults));
        operations = new LockedOperations(
                store,
                registry,
                sandboxes,
                runtimes,
                processes,
                this.events,
                networking,
                removeOperation,
                restarts,
                startOperation,
                stopOperation,
                updateOperation);
        output = new LogsAndAttach(files, hubs, folderWatch, this.events, streams);
        usage = new UsageReader(
                Path.of("/proc"),
                Path.of("/sys/fs/cgroup"),
                facts.cgroups().unified(),
                facts.cpus().count());
        new Adoption(
                        store,
                        files,
                        registry,
                        storage,
                        sandboxes,
                        volumeMounts,
                        processes,
                        workers,
                        networking,
                        execs,
                        streams,
                        restarts,
                        exits,
                        cleanup,
                        removeOperation,
                        forwarder,
                        rotation,
                        health,
                        new OrphanCollector(store, files, registry, storage, volumeMounts))
                .begin();
        forwarder.begin();
    }

    /** By its policy, in its turn. */
    private void restart(ManagedContainer container) {
        startOperation.restart(container);
    }

    private void stopUnhealthy(ManagedContainer container) {
        stopOperation.stopRunning(container, null, null);
    }

    /** The engine stops, its containers go on. */
    @Override
    public void close() {
        workers.stopPolling();
        createOperation.letGo();
        watcher.close();
        folderWatch.close();
        registry.all().forEach(ManagedContainer::abandon);
        execs.abandon();
        workers.close();
        if (registry.all().isEmpty()) {
            engineCgroup.removeUnlessUsed();
        }
    }
}

package io.felucca.containers.services;

import io.felucca.containers.adopt.Adoption;
import io.felucca.containers.adopt.Leftovers;
import io.felucca.containers.change.DeviceAdding;
import io.felucca.containers.change.Turns;
import io.felucca.containers.change.Updating;
import io.felucca.containers.create.Creation;
import io.felucca.containers.create.EarlyMounts;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.exec.StrayExecs;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.SharedMemory;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.network.Links;
import io.felucca.containers.network.NetworkChanges;
import io.felucca.containers.network.NetworkFiles;
import io.felucca.containers.network.NetworkViews;
import io.felucca.containers.network.Networking;
import io.felucca.containers.output.LogForwarding;
import io.felucca.containers.output.LogKeeping;
import io.felucca.containers.output.LogSelection;
import io.felucca.containers.output.Outputs;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.Watches;
import io.felucca.containers.process.Workers;
import io.felucca.containers.query.Views;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.Cleaning;
import io.felucca.containers.remove.Removal;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.settings.ContainersConfig;
import io.felucca.containers.settings.EngineCgroup;
import io.felucca.containers.settings.Settings;
import io.felucca.containers.spec.OciSpec;
import io.felucca.containers.start.RootSetup;
import io.felucca.containers.start.SpecSetup;
import io.felucca.containers.start.StartAttempts;
import io.felucca.containers.start.Starting;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.containers.stop.Endings;
import io.felucca.containers.stop.Stopping;
import io.felucca.containers.streams.StreamHubs;
import io.felucca.containers.usage.UsageReading;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.linux.Directories;
import io.felucca.linux.Host;
import io.felucca.linux.Mounts;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
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

    final Settings settings;
    final HostFacts facts;
    final ContainerFiles files;
    final RecordStore store;
    final Entries entries;
    final ContainerEvents events;
    final Staging staging;
    final Runtimes runtimes;
    final Cleaning cleaning;
    final Networking networking;
    final Execs execs;
    final Removal removal;
    final Stopping stopping;
    final Creation creation;
    final Turns turns;
    final Outputs outputs;
    final Views views;
    final UsageReading usage;

    private final EngineCgroup engineCgroup;
    private final Workers workers;
    private final Watches watches;
    private final FolderWatch folderWatch;
    private final Starting starting;

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
        settings = Settings.of(config, root, Path.of("/etc"));
        engineCgroup = new EngineCgroup(Path.of("/sys/fs/cgroup"), Settings.engineCgroup(root));
        facts = HostFacts.of(host);
        files = new ContainerFiles(root);
        store = new RecordStore(files);
        Folders.spread(directories, files.containers());
        Folders.spread(directories, files.tasks());
        workers = new Workers(sockets.openPoller());
        entries = new Entries();
        watches = new Watches(processes, sockets, workers.poller(), workers.executor());
        folderWatch = new FolderWatch(sockets.openInotify(), workers.poller());
        OciSpec specs = new OciSpec(facts);
        this.events =
                new ContainerEvents(events, mount -> volumes.get(mount.name()).driver());
        ContainerVolumes containerVolumes = new ContainerVolumes(volumes, volumeMounts, directories, root.dataRoot());
        staging = new Staging(root.execRoot().resolve("v"), mounts);
        runtimes = new Runtimes(drivers);
        StreamHubs hubs = new StreamHubs(sockets, workers.poller(), workers.executor());
        staging.sweep();

        SharedMemory sharedMemory = new SharedMemory(store, files, entries, directories, mounts);
        cleaning = new Cleaning(
                files, storage, volumeMounts, containerVolumes, runtimes, workers, this.events, sharedMemory);
        Links links = new Links(store, entries, sandboxes);
        NetworkFiles networkFiles = new NetworkFiles(files, sandboxes, directories);
        NetworkViews networkViews = new NetworkViews(entries, networks, links);
        NetworkChanges networkChanges = new NetworkChanges(
                store, entries, networks, sandboxes, namespaces, processes, links, networkFiles, networkViews);
        networking = new Networking(
                entries,
                sandboxes,
                settings,
                namespaces,
                processes,
                workers,
                links,
                networkFiles,
                networkViews,
                networkChanges);
        execs = new Execs(
                store,
                files,
                runtimes,
                directories,
                processes,
                sockets,
                hubs,
                watches,
                workers,
                specs,
                settings,
                this.events,
                new StrayExecs(store, files, processes, watches));
        LogForwarding forwarding = new LogForwarding(files, drivers, workers);
        LogKeeping keeping = new LogKeeping(files, sockets, folderWatch, workers);
        StreamConnections streams = new StreamConnections(files);
        removal = new Removal(
                store,
                files,
                entries,
                storage,
                containerVolumes,
                workers,
                this.events,
                networking,
                cleaning,
                execs,
                forwarding);
        Restarts restarts = new Restarts(store, workers, this::restart);
        stopping = new Stopping(store, runtimes, processes, this.events, restarts);
        HealthChecks health = new HealthChecks(images, workers, this.events, execs, this::stopUnhealthy);
        Endings endings = new Endings(
                store,
                files,
                processes,
                watches,
                workers,
                this.events,
                networking,
                cleaning,
                removal,
                restarts,
                keeping);
        RootSetup rootSetup = new RootSetup(storage, volumeMounts, staging, directories, mounts, facts);
        SpecSetup specSetup =
                new SpecSetup(files, entries, sharedMemory, new AppArmor(processes), facts, specs, settings);
        StartAttempts attempts = new StartAttempts(
                store,
                files,
                runtimes,
                processes,
                namespaces,
                workers,
                this.events,
                networking,
                cleaning,
                rootSetup,
                specSetup);
        starting = new Starting(
                store,
                containerVolumes,
                runtimes,
                workers,
                this.events,
                networking,
                endings,
                streams,
                forwarding,
                keeping,
                health,
                attempts);
        creation = new Creation(
                store,
                files,
                entries,
                images,
                storage,
                containerVolumes,
                runtimes,
                directories,
                workers,
                facts,
                settings,
                this.events,
                networking,
                new EarlyMounts(entries, storage, workers),
                new LogSelection(drivers, settings));
        views = new Views(files, entries, images, volumes, facts, networking);
        Updating updating = new Updating(
                store, runtimes, facts, specs, this.events, new DeviceAdding(directories, processes, facts, settings));
        turns = new Turns(
                store,
                entries,
                sandboxes,
                runtimes,
                processes,
                this.events,
                networking,
                removal,
                restarts,
                starting,
                stopping,
                updating);
        outputs = new Outputs(files, hubs, folderWatch, this.events, streams);
        usage = new UsageReading(
                Path.of("/proc"),
                Path.of("/sys/fs/cgroup"),
                facts.cgroups().unified(),
                facts.cpus().count());
        new Adoption(
                        store,
                        files,
                        entries,
                        storage,
                        sandboxes,
                        volumeMounts,
                        processes,
                        workers,
                        networking,
                        execs,
                        streams,
                        restarts,
                        endings,
                        cleaning,
                        removal,
                        forwarding,
                        keeping,
                        health,
                        new Leftovers(store, files, entries, storage, volumeMounts))
                .begin();
        forwarding.begin();
    }

    /** By its policy, in its turn. */
    private void restart(Entry entry) {
        starting.restart(entry);
    }

    private void stopUnhealthy(Entry entry) {
        stopping.stopRunning(entry, null, null);
    }

    /** The engine stops, its containers go on. */
    @Override
    public void close() {
        workers.stopPolling();
        creation.letGo();
        watches.close();
        folderWatch.close();
        entries.all().forEach(Entry::abandon);
        execs.abandon();
        workers.close();
        if (entries.all().isEmpty()) {
            engineCgroup.removeUnlessUsed();
        }
    }
}

package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.process.MonitorControl;
import io.felucca.containers.process.SignalNames;
import io.felucca.containers.query.ContainerFilters;
import io.felucca.containers.settings.ContainersConfig;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.usage.HostProcesses;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.RequiresDriver;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.linux.Host;
import io.felucca.linux.Mounts;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Directories;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Networks;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.Volumes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The façade: finds the container, takes its lock where it is changed, and has the steps done by their classes. */
@Component(
        service = {Containers.class, ContainerCore.class},
        configurationPid = ContainersConfig.PID,
        immediate = true)
@Designate(ocd = ContainersConfig.class)
@RequiresDriver(RuntimeDriver.KIND)
public final class ContainerCore implements Containers {

    private final Wiring wiring;
    private final Storage storage;
    private final Images images;
    private final Networks networks;
    private final Processes processes;
    private final Sockets sockets;

    @Activate
    public ContainerCore(
            ContainersConfig config,
            @Reference EngineRoot root,
            @Reference Drivers drivers,
            @Reference Storage storage,
            @Reference Images images,
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
            @Reference VolumeMounts volumeMounts) {
        wiring = new Wiring(
                config,
                root,
                drivers,
                storage,
                images,
                directories,
                processes,
                sockets,
                networks,
                sandboxes,
                namespaces,
                host,
                events,
                mounts,
                volumes,
                volumeMounts);
        this.storage = storage;
        this.images = images;
        this.networks = networks;
        this.processes = processes;
        this.sockets = sockets;
    }

    @Deactivate
    void deactivate() {
        wiring.close();
    }

    @Override
    public Created create(ContainerSpec spec) {
        return wiring.createOperation.create(spec);
    }

    @Override
    public void start(String name) {
        start(name, List.of());
    }

    @Override
    public void start(String name, List<String> environment) {
        wiring.operations.start(wiring.registry.get(name), environment);
    }

    @Override
    public void stop(String name, Integer timeoutSeconds, String signal) {
        wiring.stopOperation.stop(wiring.registry.get(name), timeoutSeconds, signal);
    }

    @Override
    public void kill(String name, String signal) {
        if (signal != null && !signal.isEmpty()) {
            SignalNames.parse(signal);
        }
        ManagedContainer container;
        try {
            container = wiring.registry.get(name);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Cannot kill container: " + name + ": " + e.getMessage(), e);
        }
        wiring.stopOperation.kill(container, name, signal);
    }

    @Override
    public void restart(String name, Integer timeoutSeconds, String signal) {
        wiring.operations.restart(wiring.registry.get(name), timeoutSeconds, signal);
    }

    @Override
    public void pause(String name) {
        wiring.operations.pause(wiring.registry.get(name));
    }

    @Override
    public void unpause(String name) {
        wiring.operations.unpause(wiring.registry.get(name));
    }

    @Override
    public List<String> update(String name, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        return wiring.operations.update(wiring.registry.get(name), resources, policy);
    }

    @Override
    public void connect(String name, String network, EndpointSpec spec) {
        wiring.operations.connect(wiring.registry.get(name), network, spec);
    }

    @Override
    public void disconnect(String name, String network, boolean force) {
        if (force && wiring.registry.find(name).isEmpty()) {
            networks.get(network);
            throw FeluccaException.notFound("endpoint " + name + " not found");
        }
        wiring.operations.disconnect(wiring.registry.get(name), network, force);
    }

    @Override
    public void publish(String name, Map<String, List<PortBinding>> ports) {
        wiring.operations.publish(wiring.registry.get(name), ports);
    }

    @Override
    public CompletableFuture<Exit> await(String name, Condition condition) {
        return wiring.registry.get(name).await(condition);
    }

    @Override
    public void remove(String name, boolean force, boolean volumes) {
        wiring.removeOperation.remove(wiring.registry.get(name), force, volumes, wiring.stopOperation::killAndWait);
    }

    @Override
    public void unlink(String name) {
        wiring.operations.unlink(name);
    }

    @Override
    public void rename(String name, String newName) {
        if (name == null || name.isEmpty() || newName == null || newName.isEmpty()) {
            throw FeluccaException.invalid("Neither old nor new names may be empty");
        }
        wiring.operations.rename(wiring.registry.get(name), newName);
    }

    @Override
    public Container get(String name) {
        ManagedContainer container = wiring.registry.get(name);
        return wiring.mapper.of(container, wiring.execs.idsOf(container), Map.of());
    }

    @Override
    public Container inspect(String name) {
        ManagedContainer container = wiring.registry.get(name);
        Map<String, String> layer = storage.data(container.record().storageDriver(), container.id);
        return wiring.mapper.of(container, wiring.execs.idsOf(container), layer);
    }

    @Override
    public List<Container> list(boolean all, Map<String, List<String>> filters) {
        return wiring.mapper.list(all, filters);
    }

    @Override
    public long sizeBytes(String name) {
        ManagedContainer container = wiring.registry.get(name);
        return storage.with(container.record().storageDriver(), store -> store.usage(container.id))
                .sizeBytes();
    }

    @Override
    public void logs(String name, LogQuery query, LogSink sink) {
        wiring.output.logs(wiring.registry.get(name), query, sink);
    }

    @Override
    public Attachment attach(String name, AttachQuery query, OutputSink sink) {
        return wiring.output.attach(wiring.registry.get(name), name, query, sink);
    }

    @Override
    public void resize(String name, int columns, int rows) {
        ManagedContainer container = wiring.registry.get(name);
        container.requireRunning();
        MonitorControl.resize(sockets, wiring.files.monitor(container.id), columns, rows);
    }

    @Override
    public String createExec(String name, ExecSpec spec) {
        Execs.requireCommand(spec);
        return wiring.execs.create(wiring.registry.get(name), name, spec);
    }

    @Override
    public Attachment startExec(String execId, OutputSink sink) {
        return wiring.execs.start(execId, sink);
    }

    @Override
    public void resizeExec(String execId, int columns, int rows) {
        wiring.execs.resize(execId, columns, rows);
    }

    @Override
    public Exec getExec(String execId) {
        return wiring.execs.get(execId);
    }

    @Override
    public CompletableFuture<Exit> awaitExec(String execId) {
        return wiring.execs.find(execId).exit();
    }

    @Override
    public List<Integer> processes(String name) {
        ManagedContainer container = wiring.registry.get(name);
        container.requireRunning();
        return wiring.runtimes.call(container.record().runtime(), driver -> driver.processes(container.id));
    }

    @Override
    public ProcessTable top(String name, String options) {
        HostProcesses.checkOptions(" " + options);
        return new HostProcesses(processes).table(options, () -> processes(name));
    }

    @Override
    public ContainerStats stats(String name) {
        ManagedContainer container = wiring.registry.get(name);
        return container
                .state()
                .processId()
                .map(process -> wiring.usage.read(
                        wiring.defaults.cgroupOf(container.record()), process.pid(), () -> processes.isAlive(process)))
                .orElse(ContainerStats.NONE);
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        var matches =
                new ContainerFilters(filters, wiring.registry, images, container -> NetworkSettings.NONE).forPrune();
        return wiring.removeOperation.prune(matches, container -> sizeBytes(container.id));
    }

    @Override
    public Support support() {
        HostFacts.CgroupSupport cgroups = wiring.facts.cgroups();
        return new Support(
                cgroups.unified(),
                cgroups.controllers(),
                cgroups.swap(),
                wiring.facts.appArmor(),
                !wiring.defaults.idMap().equals(IdMap.NONE),
                wiring.defaults.runtime(),
                wiring.defaults.logDriver());
    }

    /** What the other components of this bundle share with it. */
    Wiring parts() {
        return wiring;
    }

    /** For tests: who watches it. */
    ProcessId monitorOf(String name) {
        return wiring.registry.get(name).state().monitorId().orElseThrow();
    }
}

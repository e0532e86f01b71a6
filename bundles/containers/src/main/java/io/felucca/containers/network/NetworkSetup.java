package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.Namespaces;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The way of one start into its networks. Where the engine may make the namespace, it does so beside the mount and the
 * spec, and the container is in its networks before it is there; in a user namespace the runtime makes it, since it must
 * belong to that.
 */
public final class NetworkSetup {

    private final Namespaces namespaces;
    private final Processes processes;
    private final WorkerThreads workers;
    private final ContainerNetworks networks;
    private final ContainerRecord record;
    private final NamespaceMode mode;
    private Fd own;
    private CompletableFuture<Void> joined;
    private volatile Sandbox sandbox;

    NetworkSetup(
            Sandboxes sandboxes,
            Namespaces namespaces,
            Processes processes,
            WorkerThreads workers,
            ContainerNetworks networks,
            ContainerRecord record,
            Sandbox prepared) {
        this.namespaces = namespaces;
        this.processes = processes;
        this.workers = workers;
        this.networks = networks;
        this.record = record;
        this.sandbox = prepared;
        mode = record.networkOf().isPresent() ? NamespaceMode.PRIVATE : sandboxes.namespaceMode(record.network());
    }

    public void begin() {
        if (record.networkOf().isPresent()) {
            return;
        }
        boolean hasInterfaces = sandbox.endpoints().stream()
                .anyMatch(endpoint -> !endpoint.interfaceName().isEmpty());
        if (hasInterfaces && record.idMap().isNone()) {
            own = namespaces.create();
            Path file = namespaces.file(own);
            joined = CompletableFuture.runAsync(
                    () -> sandbox = networks.join(record, sandbox, file), workers.executor());
        }
    }

    public NamespaceMode mode() {
        return mode;
    }

    /** What the runtime is to join instead of making a namespace. */
    public Optional<Path> namespace(ProcessFiles files) {
        if (own != null) {
            return Optional.of(namespaces.file(own));
        }
        return record.networkOf().map(container -> networks.namespaceOf(container, files));
    }

    /** What the links bring, before the container's own variables, as dockerd has it. */
    public List<String> env() {
        return Links.env(sandbox);
    }

    public List<HostsEntry> hosts() {
        return Links.hosts(sandbox);
    }

    /** The container's first process is there; after this it is in its networks. */
    public void finish(ProcessId process) {
        if (joined != null) {
            WorkerThreads.join(joined);
            own.close();
        } else if (record.networkOf().isEmpty()) {
            sandbox = ProcessFiles.inNetwork(
                            namespaces, processes, process, namespace -> networks.join(record, sandbox, namespace))
                    .orElseThrow(() -> FeluccaException.system("container " + record.id()
                            + " cannot join its networks: its first process (pid " + process.pid()
                            + ") ended before it was started"));
        }
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** @return what is to be left, once nothing is being made any more */
    public Sandbox undo() {
        if (joined != null) {
            joined.handle((nothing, failure) -> failure).join();
            own.close();
        }
        return sandbox;
    }
}

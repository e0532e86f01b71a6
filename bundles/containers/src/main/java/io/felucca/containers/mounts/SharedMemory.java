package io.felucca.containers.mounts;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.spec.UserMount;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whose IPC a container has ({@code --ipc}): of one that is shareable the engine mounts /dev/shm itself, where others can
 * be given it too; a mount that the runtime makes is out of their reach. What the kernel holds of it goes with its
 * container's end, but for those who joined.
 */
public final class SharedMemory {

    private static final String CONTAINER = "container:";
    private static final Path HOSTS = Path.of("/dev/shm");

    private final RecordStore store;
    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Directories directories;
    private final Mounts kernelMounts;

    public SharedMemory(
            RecordStore store,
            ContainerFiles files,
            ContainerRegistry registry,
            Directories directories,
            Mounts kernelMounts) {
        this.store = store;
        this.files = files;
        this.registry = registry;
        this.directories = directories;
        this.kernelMounts = kernelMounts;
    }

    /** What is mounted on /dev/shm instead of memory of the container's own; makes what is shareable. */
    public Optional<UserMount> mount(ContainerRecord record) {
        String mode = mode(record);
        boolean covered =
                record.mounts().stream().anyMatch(mount -> mount.destination().equals(HOSTS.toString()))
                        || record.host().tmpfs().containsKey(HOSTS.toString());
        if (mode.equals("shareable")) {
            make(record);
        }
        if (covered || !mode.equals("shareable") && !mode.startsWith(CONTAINER)) {
            return Optional.empty();
        }
        return Optional.of(
                new UserMount(HOSTS.toString(), "bind", memoryOf(record).toString(), List.of("rbind", "rprivate")));
    }

    /** The namespaces to be joined, by OCI type; who shares an IPC namespace shares the user namespace that it is in. */
    public Map<String, Path> joined(ContainerRecord record, ProcessFiles files) {
        String mode = mode(record);
        if (!mode.startsWith(CONTAINER)) {
            return Map.of();
        }
        ManagedContainer other = other(mode);
        Map<String, Path> joined = new HashMap<>();
        for (String type : record.idMap().isNone() ? List.of("ipc") : List.of("ipc", "user")) {
            joined.put(
                    type,
                    other.state()
                            .processId()
                            .flatMap(process -> files.namespace(process, type))
                            .orElseThrow(() -> notRunning(other)));
        }
        return joined;
    }

    private static String mode(ContainerRecord record) {
        String mode = record.host().ipcMode();
        return mode == null ? "" : mode;
    }

    /** With dockerd's words when it cannot be joined. */
    private ManagedContainer other(String mode) {
        String name = mode.substring(CONTAINER.length());
        if (name.isEmpty()) {
            throw FeluccaException.system("can't join IPC of container : invalid name or ID supplied: \"\"");
        }
        ManagedContainer other = registry.get(name);
        String joining = "can't join IPC of container " + other.id + ": ";
        ContainerState state = other.state();
        if (state.status() == Status.RESTARTING) {
            throw FeluccaException.conflict(
                    joining + "Container " + other.id + " is restarting, wait until the container is running");
        }
        if (!state.running()) {
            throw notRunning(other);
        }
        String others = mode(other.record());
        if (!others.equals("shareable") && !others.equals("host") && !others.startsWith(CONTAINER)) {
            throw FeluccaException.system(
                    joining + "non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        }
        return other;
    }

    private static FeluccaException notRunning(ManagedContainer other) {
        return FeluccaException.conflict(
                "can't join IPC of container " + other.id + ": container " + other.id + " is not running");
    }

    private Path memoryOf(ContainerRecord record) {
        String mode = mode(record);
        if (mode.startsWith(CONTAINER)) {
            return memoryOf(other(mode).record());
        }
        return mode.equals("host") ? HOSTS : files.sharedMemory(record.id());
    }

    private void make(ContainerRecord record) {
        release(record.id());
        Path place = files.sharedMemory(record.id());
        try {
            store.makeFolder(place.getParent());
            Files.createDirectory(place);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + place + ": " + e, e);
        }
        List<String> options = List.of(
                "nosuid",
                "noexec",
                "nodev",
                "mode=1777",
                "size=" + record.host().shmSize());
        kernelMounts.mount(new Mount("tmpfs", "shm", "", options, io.felucca.IdMap.NONE), place);
        if (!record.idMap().isNone()) {
            try (Directory root = directories.open(place)) {
                root.setOwner(
                        (int) record.idMap().rootUid(), (int) record.idMap().rootGid());
            }
        }
    }

    /** Lets go of what was made for a run; does nothing when there is none. */
    public void release(String id) {
        Path place = files.sharedMemory(id);
        if (Files.exists(place)) {
            kernelMounts.detachTree(place);
            try {
                Files.deleteIfExists(place);
            } catch (IOException e) {
                throw FeluccaException.system("cannot remove " + place + ": " + e, e);
            }
        }
    }

    /** Lets go of what an engine before this one left, but for containers that run. */
    public void sweep(Predicate<String> runs) {
        try (DirectoryStream<Path> places =
                Files.newDirectoryStream(files.sharedMemory("0".repeat(64)).getParent())) {
            for (Path place : places) {
                if (!runs.test(place.getFileName().toString())) {
                    release(place.getFileName().toString());
                }
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw FeluccaException.system("cannot list the shared memory of containers: " + e, e);
        }
    }
}

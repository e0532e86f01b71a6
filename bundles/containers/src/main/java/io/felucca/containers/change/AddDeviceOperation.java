package io.felucca.containers.change;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig.Device;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.spec.AddedDevice;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Processes;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Resolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Gives a running container further devices: a rule of its devices cgroup, and a node under its root, which is
 * walked from outside without leaving it: no thread enters the container, nothing of it is run.
 */
public final class AddDeviceOperation {

    private final Directories directories;
    private final Processes processes;
    private final HostFacts facts;
    private final ContainerDefaults defaults;

    public AddDeviceOperation(
            Directories directories, Processes processes, HostFacts facts, ContainerDefaults defaults) {
        this.directories = directories;
        this.processes = processes;
        this.facts = facts;
        this.defaults = defaults;
    }

    /** @throws FeluccaException INVALID for what is no device, UNSUPPORTED where that cannot be done */
    void add(ManagedContainer container, List<Device> asked) {
        List<AddedDevice> devices = AddedDevice.of(asked);
        if (devices.isEmpty()) {
            return;
        }
        if (!container.record().idMap().isNone()) {
            throw FeluccaException.unsupported("devices cannot be added to a running container of another user"
                    + " namespace, whose kernel refuses their nodes: stop it, update it and start it again");
        }
        if (!container.record().host().privileged()) {
            allow(container, devices);
        }
        try (Directory inside = container
                .state()
                .processId()
                .flatMap(process -> ProcessFiles.root(directories, processes, process))
                .orElseThrow(container::notRunning)) {
            devices.forEach(device -> make(inside, device));
        }
    }

    private void allow(ManagedContainer container, List<AddedDevice> devices) {
        if (facts.cgroups().unified()) {
            throw FeluccaException.unsupported("devices cannot be added to a running container on cgroup v2 yet:"
                    + " stop it, update it and start it again");
        }
        Path file = Path.of("/sys/fs/cgroup/devices" + defaults.cgroupOf(container.record()), "devices.allow");
        for (AddedDevice device : devices) {
            try {
                Files.write(file, device.rule().getBytes(US_ASCII));
            } catch (IOException e) {
                throw FeluccaException.system("cannot allow device " + device.path() + " in " + file + ": " + e, e);
            }
        }
    }

    private static void make(Directory root, AddedDevice device) {
        List<String> parts = Arrays.stream(device.path().split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        if (parts.isEmpty()) {
            throw FeluccaException.invalid("invalid device path inside the container: " + device.path());
        }
        Directory folder = root.openDirectory(new byte[0], Resolve.IN_ROOT);
        try {
            for (String part : parts.subList(0, parts.size() - 1)) {
                Directory next = next(folder, part.getBytes(UTF_8));
                folder.close();
                folder = next;
            }
            byte[] name = parts.get(parts.size() - 1).getBytes(UTF_8);
            folder.unlink(name);
            folder.makeNode(
                    name,
                    device.type().equals("c") ? FileType.CHARACTER_DEVICE : FileType.BLOCK_DEVICE,
                    device.mode(),
                    device.rdev());
            folder.setOwner(name, device.uid(), device.gid());
            folder.setMode(name, device.mode());
        } finally {
            folder.close();
        }
    }

    private static Directory next(Directory folder, byte[] name) {
        folder.tryMakeDirectory(name, 0755);
        return folder.openDirectory(name, Resolve.NO_SYMLINKS);
    }
}

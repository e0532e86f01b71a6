package io.felucca.containers.start;

import io.felucca.containers.host.HostFacts;
import io.felucca.containers.mounts.MountPreparation;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.mounts.TargetsInRoot;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.rootfs.UserLookup;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.containers.spec.UserMount;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Mounts the root of a container that starts and makes ready what is mounted in it. */
public final class RootSetup {

    private final Storage storage;
    private final VolumeMounts volumeMounts;
    private final Staging staging;
    private final Directories directories;
    private final Mounts kernelMounts;
    private final HostFacts facts;

    public RootSetup(
            Storage storage,
            VolumeMounts volumeMounts,
            Staging staging,
            Directories directories,
            Mounts kernelMounts,
            HostFacts facts) {
        this.storage = storage;
        this.volumeMounts = volumeMounts;
        this.staging = staging;
        this.directories = directories;
        this.kernelMounts = kernelMounts;
        this.facts = facts;
    }

    /** The mounts of one start, which closes them. */
    MountPreparation mounts() {
        return new MountPreparation(directories, volumeMounts, kernelMounts, staging, facts.kernelIsAtLeast(5, 12));
    }

    Path mount(ContainerRecord record) {
        return storage.mount(record.storageDriver(), record.id(), TaskCleanup.MOUNT_USER);
    }

    void detach(ContainerRecord record) {
        storage.detach(record.storageDriver(), record.id(), TaskCleanup.MOUNT_USER);
    }

    /** Places the container's mounts and finds its user. */
    ResolvedUser prepare(Path rootfs, ContainerRecord record, MountPreparation mounts) {
        try (Directory root = directories.open(rootfs)) {
            ResolvedUser user = UserLookup.resolve(
                    root, record.config().user(), record.host().groupAdd());
            String workingDir = record.config().workingDir();
            if (workingDir != null && !workingDir.isEmpty()) {
                WorkingDirectory.prepare(root, workingDir, record.idMap());
            }
            mounts.place(record.id(), record.mounts(), record.idMap());
            TargetsInRoot.check(root, targets(record, mounts), directories);
            return user;
        }
    }

    private static List<UserMount> targets(ContainerRecord record, MountPreparation mounts) {
        List<UserMount> targets = new ArrayList<>(mounts.ready());
        record.host().tmpfs().keySet().forEach(path -> targets.add(new UserMount(path, "tmpfs", "tmpfs", List.of())));
        return targets;
    }
}

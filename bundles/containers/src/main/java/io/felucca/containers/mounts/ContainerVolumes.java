package io.felucca.containers.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerMount;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.Volumes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The volumes of containers: made and filled with them, and, where nobody named them, removed with the last. */
public final class ContainerVolumes {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerVolumes.class);

    private final Volumes volumes;
    private final VolumeMounts mounts;
    private final Directories directories;
    private final Path dataRoot;
    private final SecureRandom random = new SecureRandom();

    public ContainerVolumes(Volumes volumes, VolumeMounts mounts, Directories directories, Path dataRoot) {
        this.volumes = volumes;
        this.mounts = mounts;
        this.directories = directories;
        this.dataRoot = dataRoot;
    }

    /** @see MountPlan#of */
    public List<PlannedMount> plan(
            ContainerConfig config, HostConfig host, Function<String, List<ContainerMount>> mountsOf) {
        HostPaths paths = new HostPaths(directories);
        return MountPlan.of(config, host, mountsOf, this::newName, paths::has, dataRoot.toString());
    }

    private String newName() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Makes what is not there; {@link #sync} says when it is on the disk.
     *
     * @param made gets the names of volumes that were not there before, also when it fails
     */
    public void make(List<PlannedMount> planned, List<String> made) {
        for (PlannedMount mount : planned) {
            if (mount.mount().isVolume() && mounts.make(spec(mount))) {
                made.add(mount.mount().name());
            }
        }
    }

    private static VolumeSpec spec(PlannedMount planned) {
        Map<String, String> labels = new HashMap<>(planned.labels());
        if (planned.mount().anonymous()) {
            labels.put(Volume.ANONYMOUS, "");
        }
        return new VolumeSpec(planned.mount().name(), planned.driver(), planned.options(), labels);
    }

    /** Returns when these volumes are on the disk. */
    public void sync(List<ContainerMount> all) {
        all.stream().filter(ContainerMount::isVolume).forEach(mount -> mounts.sync(mount.name()));
    }

    /**
     * Fills what is empty.
     *
     * @param rootfs gives the mounted root of the container, asked only when something is to be filled
     */
    public void fill(List<PlannedMount> planned, IdMap idMap, Supplier<Path> rootfs) {
        for (PlannedMount mount : planned) {
            if (mount.fills()) {
                try {
                    mounts.fill(mount.mount().name(), copy -> fill(mount.mount(), rootfs.get(), copy), idMap);
                } catch (FeluccaException e) {
                    // With nothing to fill it from, dockerd does not mount it before the start.
                    if (e.kind() == Kind.UNAVAILABLE || isInImage(mount.mount(), rootfs.get())) {
                        throw e;
                    }
                    LOG.debug(
                            "volume {} is left to the container's start: {}",
                            mount.mount().name(),
                            e.getMessage());
                }
            }
        }
    }

    private void fill(ContainerMount mount, Path rootfs, Function<Optional<Path>, Void> copy) {
        byte[] path = mount.destination().substring(1).getBytes(UTF_8);
        try (Directory root = directories.open(rootfs)) {
            Optional<Directory> folder = root.findDirectory(path, Resolve.IN_ROOT);
            if (folder.isEmpty()) {
                if (isFile(root, path)) {
                    String file = rootfs + mount.destination();
                    throw FeluccaException.invalid(
                            mount.anonymous()
                                    ? "cannot mount volume over existing file, file exists " + file
                                    : "source " + file + " is not directory");
                }
                copy.apply(Optional.empty());
                return;
            }
            try (Directory image = folder.get()) {
                copy.apply(Optional.of(Path.of("/proc/self/fd/" + image.number())));
            }
        }
    }

    private boolean isInImage(ContainerMount mount, Path rootfs) {
        byte[] path = mount.destination().substring(1).getBytes(UTF_8);
        try (Directory root = directories.open(rootfs)) {
            Optional<Directory> folder = root.findDirectory(path, Resolve.IN_ROOT);
            folder.ifPresent(Directory::close);
            return folder.isPresent() || isFile(root, path);
        }
    }

    private static boolean isFile(Directory root, byte[] path) {
        try {
            root.open(path, Resolve.IN_ROOT, io.felucca.linux.files.Open.PATH, 0)
                    .close();
            return true;
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
                return false;
            }
            throw e;
        }
    }

    /** Removes what {@link #make} made for a container that has not come to be. */
    public void undo(List<String> made, RuntimeException cause) {
        for (String name : made) {
            try {
                volumes.remove(name, true);
            } catch (FeluccaException e) {
                LOG.debug("volume {} of a container that was not made is left: {}", name, e.getMessage());
                cause.addSuppressed(e);
            }
        }
    }

    /** Removes those that nobody named, no other container has and nobody has made snapshots of. */
    public void removeAnonymous(List<ContainerMount> all) {
        for (ContainerMount mount : all) {
            if (mount.anonymous()) {
                try {
                    volumes.remove(mount.name(), false);
                } catch (FeluccaException e) {
                    if (e.kind() == Kind.UNAVAILABLE) {
                        throw e;
                    } else if (e.kind() != Kind.CONFLICT && e.kind() != Kind.NOT_FOUND) {
                        LOG.warn("volume {} stays behind its container: {}", mount.name(), e.getMessage());
                    }
                }
            }
        }
    }
}

package io.felucca.containers.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.MountSpec;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.spec.UserMount;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.volumes.VolumeMounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes a container's mounts ready for one start: volumes mounted, missing folders of the host made, parts of volumes found
 * by descriptor, so that nothing that a container renames or links meanwhile is resolved again. The runtime
 * resolves the destinations, below the container's root. Closed when the runtime has made the container.
 */
public final class MountPreparation implements AutoCloseable {

    private static final Set<String> SLAVE = Set.of("slave", "rslave");
    private static final Set<String> SHARED = Set.of("shared", "rshared");

    private final Directories directories;
    private final VolumeMounts volumes;
    private final Mounts kernel;
    private final Staging staging;
    private final boolean recursiveReadOnly;
    private final List<UserMount> ready = new ArrayList<>();
    private final List<Path> staged = new ArrayList<>();
    private String rootPropagation = "";

    /** @param recursiveReadOnly whether the kernel has mount_setattr(2) (5.12) */
    public MountPreparation(
            Directories directories, VolumeMounts volumes, Mounts kernel, Staging staging, boolean recursiveReadOnly) {
        this.directories = directories;
        this.volumes = volumes;
        this.kernel = kernel;
        this.staging = staging;
        this.recursiveReadOnly = recursiveReadOnly;
    }

    /** In the order in which they are mounted. */
    public List<UserMount> ready() {
        return List.copyOf(ready);
    }

    /** What the container's whole tree must propagate for these mounts to do so; empty for nothing. */
    public String rootPropagation() {
        return rootPropagation;
    }

    public void place(String containerId, List<ContainerMount> mounts, IdMap idMap) {
        for (ContainerMount mount : mounts) {
            if (mount.isTmpfs()) {
                ready.add(new UserMount(mount.destination(), "tmpfs", "tmpfs", List.of(mount.tmpfs())));
            } else if (mount.isVolume()) {
                Path content = volumes.mount(mount.name(), containerId);
                String source = mount.subpath().isEmpty() ? content.toString() : part(content, mount);
                ready.add(new UserMount(mount.destination(), "bind", source, options(mount, "rbind", "ro")));
                propagate("rslave");
            } else {
                placeBind(mount, idMap);
            }
        }
    }

    private void placeBind(ContainerMount mount, IdMap idMap) {
        HostPaths paths = new HostPaths(directories);
        if (mount.makeSource()) {
            paths.make(mount.source(), idMap);
        } else if (!paths.has(mount.source())) {
            throw FeluccaException.invalid(
                    "invalid mount config for type \"bind\": bind source path does not exist: " + mount.source());
        }
        MountSpec.Bind bind = mount.bind();
        if (SHARED.contains(mount.propagation())) {
            requireHostMount(mount.source(), "shared:", "is not a shared mount");
            propagate("shared");
        } else if (SLAVE.contains(mount.propagation())) {
            boolean asked = bind != null && !bind.propagation().isEmpty();
            if (asked) {
                requireHostMount(mount.source(), "", "is not a shared or slave mount");
            }
            // What the engine chose itself, above its data root, is private where the host's mount is, as in dockerd.
            if (asked || problem(mount.source(), "", "").isEmpty()) {
                propagate("rslave");
            }
        }
        boolean recursive = bind == null || !bind.nonRecursive();
        boolean deep = recursive && recursiveReadOnly && (bind == null || !bind.readOnlyNonRecursive());
        if (deep && !mount.readWrite()) {
            // Nothing is mounted below a file; and crun 1.8.1 opens the target of rro as a directory.
            deep = paths.isDirectory(mount.source());
        }
        if (bind != null && bind.readOnlyForceRecursive() && !recursiveReadOnly) {
            throw FeluccaException.unsupported("a recursive read-only mount needs kernel 5.12 or newer: leave it out");
        }
        ready.add(new UserMount(
                mount.destination(),
                "bind",
                mount.source(),
                options(mount, recursive ? "rbind" : "bind", deep ? "rro" : "ro")));
    }

    private static List<String> options(ContainerMount mount, String how, String readOnly) {
        List<String> options = new ArrayList<>(List.of(how));
        if (!mount.readWrite()) {
            options.add(readOnly);
        }
        if (!mount.propagation().isEmpty()) {
            // With nothing below it they are the same; and crun takes the recursion of rprivate for the bind's (1.8.1).
            boolean alone = how.equals("bind") && mount.propagation().startsWith("r");
            options.add(alone ? mount.propagation().substring(1) : mount.propagation());
        }
        return options;
    }

    private void propagate(String wanted) {
        if (!rootPropagation.equals("shared")) {
            rootPropagation = wanted;
        }
    }

    /** As dockerd: what shall propagate must come from a mount that does. */
    private void requireHostMount(String source, String mark, String otherwise) {
        String problem = problem(source, mark, otherwise);
        if (!problem.isEmpty()) {
            throw FeluccaException.invalid(problem);
        }
    }

    /** @return empty when the mount that holds the source propagates */
    private String problem(String source, String mark, String otherwise) {
        MountInfo below = null;
        for (MountInfo mount : kernel.list()) {
            String point = mount.mountPoint();
            boolean holds = point.equals("/") || source.equals(point) || source.startsWith(point + "/");
            if (holds && (below == null || point.length() >= below.mountPoint().length())) {
                below = mount;
            }
        }
        if (below == null) {
            return "";
        }
        String propagation = below.propagation();
        boolean fits = propagation.contains("shared:") || mark.isEmpty() && propagation.contains("master:");
        return fits ? "" : "path " + source + " is mounted on " + below.mountPoint() + " but it " + otherwise;
    }

    /** A part of a volume, whose content is a container's: found below the volume, and mounted by its descriptor. */
    private String part(Path content, ContainerMount mount) {
        try (Directory volume = directories.open(content);
                OpenFile part = volume.open(mount.subpath().getBytes(UTF_8), Resolve.IN_ROOT, Open.PATH, 0)) {
            Path place = staging.show(part, part.stat().isDirectory(), false);
            staged.add(place);
            return place.toString();
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    e.kind(),
                    "cannot access subpath " + mount.subpath() + " of volume " + mount.name() + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        staged.forEach(staging::hide);
        staged.clear();
    }
}

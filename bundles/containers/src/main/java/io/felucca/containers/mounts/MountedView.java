package io.felucca.containers.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.Mount;
import io.felucca.volumes.VolumeMounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A container's root with its volumes and paths of the host where the container has them, whether it runs or not; what
 * {@code cp} sees. Each is put in place by a descriptor found below that root, so that no link leads out.
 */
public final class MountedView implements AutoCloseable {

    private static final AtomicLong LAST = new AtomicLong();

    private final ContainerRecord record;
    private final Storage storage;
    private final VolumeMounts volumes;
    private final Staging staging;
    private final String user = "view-" + LAST.incrementAndGet();
    private final List<String> mounted = new ArrayList<>();
    private final Path place;

    public MountedView(
            ContainerRecord record,
            Storage storage,
            VolumeMounts volumes,
            Mounts kernel,
            Directories directories,
            Staging staging) {
        this.record = record;
        this.storage = storage;
        this.volumes = volumes;
        this.staging = staging;
        Path rootfs = storage.mount(record.storageDriver(), record.id(), user);
        try (Directory layer = directories.open(rootfs)) {
            place = staging.show(layer, true, false);
        } catch (RuntimeException e) {
            storage.detach(record.storageDriver(), record.id(), user);
            throw e;
        }
        try (Directory root = directories.open(place)) {
            for (ContainerMount mount : record.mounts()) {
                if (!mount.isTmpfs()) {
                    mount(root, mount, kernel, directories);
                }
            }
            kernel.makePrivate(place, true);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public Path path() {
        return place;
    }

    private void mount(Directory root, ContainerMount mount, Mounts kernel, Directories directories) {
        String source = mount.source();
        if (mount.isVolume()) {
            source = volumes.mount(mount.name(), user).toString();
            mounted.add(mount.name());
        } else if (!new HostPaths(directories).has(source)) {
            return;
        }
        try (Directory host = directories.open(Path.of("/"));
                OpenFile whole = host.open(relative(source), Resolve.IN_ROOT, Open.PATH, 0);
                OpenFile what = mount.subpath().isEmpty() ? whole : part(directories, Path.of(source), mount)) {
            if (what.stat().isDirectory()) {
                WorkingDirectory.prepare(root, mount.destination(), record.idMap());
            } else if (!new HostPaths(directories).has(place + mount.destination())) {
                // A file's place is made by the first start.
                return;
            }
            Path shown = staging.show(what, what.stat().isDirectory(), !mount.readWrite());
            try (OpenFile target = root.open(relative(mount.destination()), Resolve.IN_ROOT, Open.PATH, 0)) {
                // A read-only mount's copy is one, too; a mount by descriptor cannot be changed later.
                kernel.mount(Mount.bind(shown.toString(), "rbind"), Path.of("/proc/self/fd/" + target.number()));
            } finally {
                staging.hide(shown);
            }
        }
    }

    private static OpenFile part(Directories directories, Path volume, ContainerMount mount) {
        try (Directory content = directories.open(volume)) {
            return content.open(mount.subpath().getBytes(UTF_8), Resolve.IN_ROOT, Open.PATH, 0);
        }
    }

    private static byte[] relative(String path) {
        return (path.equals("/") ? "." : path.substring(1)).getBytes(UTF_8);
    }

    @Override
    public void close() {
        staging.hide(place);
        mounted.forEach(name -> volumes.unmount(name, user));
        storage.detach(record.storageDriver(), record.id(), user);
    }
}

package io.felucca.containers.services;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.mounts.MountedView;
import io.felucca.containers.mounts.Staging;
import io.felucca.containers.record.ConfigMerge;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.rootfs.UserLookup;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.FileUses.FileUse;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.FolderArchives;
import io.felucca.images.ImageConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Changes;
import io.felucca.images.Layers.Commit;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.Layer;
import io.felucca.images.Layers.PathStat;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which layer is a container's, in Docker's words where something is not there. */
@Component(service = ContainerArchives.class)
public final class Archives implements ContainerArchives {

    private static final Logger LOG = LoggerFactory.getLogger(Archives.class);

    private final ContainerCore containers;
    private final ContainerRegistry registry;
    private final ContainerEvents events;
    private final Staging staging;
    private final Layers layers;
    private final Storage storage;
    private final VolumeMounts volumeMounts;
    private final Mounts mounts;
    private final Directories directories;
    private final FolderArchives folderArchives;
    private final AtomicLong lookups = new AtomicLong();

    @Activate
    public Archives(
            @Reference ContainerCore containers,
            @Reference Layers layers,
            @Reference Storage storage,
            @Reference VolumeMounts volumeMounts,
            @Reference Mounts mounts,
            @Reference Directories directories,
            @Reference FolderArchives folderArchives) {
        this.containers = containers;
        registry = containers.parts().registry;
        events = containers.parts().events;
        staging = containers.parts().staging;
        this.layers = layers;
        this.storage = storage;
        this.volumeMounts = volumeMounts;
        this.mounts = mounts;
        this.directories = directories;
        this.folderArchives = folderArchives;
    }

    private static Layer layer(ManagedContainer container) {
        ContainerRecord record = container.record();
        return new Layer(record.storageDriver(), container.id, record.idMap());
    }

    @Override
    @SuppressWarnings("try")
    public Changes changes(String name) {
        ManagedContainer container = registry.get(name);
        try (FileUse use = container.files.work()) {
            return layers.changes(layer(container));
        }
    }

    @Override
    public Archive export(String name) {
        ManagedContainer container = registry.get(name);
        refuseRemoved(container, "export");
        FileUse use = container.files.transfer();
        Archive archive;
        try {
            archive = layers.tree(layer(container));
        } catch (RuntimeException e) {
            use.close();
            throw e;
        }
        events.tell("export", container.record());
        return new Held(archive, use, use::close);
    }

    /** The container's files with what is mounted over them; without mounts the layer alone does. */
    private final class Seen implements AutoCloseable {
        private final FileUse use;
        private final ContainerRecord record;
        private final Optional<MountedView> view;
        private final Layer layer;

        Seen(ManagedContainer container) {
            use = container.files.transfer();
            record = container.record();
            try {
                view = record.mounts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new MountedView(record, storage, volumeMounts, mounts, directories, staging));
            } catch (RuntimeException e) {
                use.close();
                throw e;
            }
            layer = new Layer(record.storageDriver(), container.id, record.idMap(), view.map(MountedView::path));
            events.tellVolumes("mount", record);
        }

        @Override
        public void close() {
            try (use) {
                view.ifPresent(MountedView::close);
                events.tellVolumes("unmount", record);
            }
        }
    }

    /** What was opened, and what it needs to stay open. */
    private record Held(Archive archive, FileUse use, Runnable then) implements Archive {
        @Override
        public PathStat stat() {
            return archive.stat();
        }

        @Override
        public void writeTo(OutputStream out) {
            archive.writeTo(out);
            use.requireWhole();
        }

        @Override
        public void close() {
            try {
                archive.close();
            } finally {
                then.run();
            }
        }
    }

    @Override
    public PathStat stat(String name, String path) {
        ManagedContainer container = registry.get(name);
        try (Seen seen = new Seen(container)) {
            return finding(name, path, () -> layers.stat(seen.layer, path));
        }
    }

    @Override
    public Archive copyOut(String name, String path) {
        ManagedContainer container = registry.get(name);
        Seen seen = new Seen(container);
        Archive archive;
        try {
            archive = finding(name, path, () -> layers.open(seen.layer, path));
        } catch (RuntimeException e) {
            seen.close();
            throw e;
        }
        events.tell("archive-path", container.record());
        return new Held(archive, seen.use, seen::close);
    }

    @Override
    public void copyIn(String name, String path, InputStream tar, boolean noOverwriteDirNonDir, boolean copyUidGid) {
        ManagedContainer container = registry.get(name);
        try (Seen seen = new Seen(container)) {
            refuseReadOnly(container, path);
            finding(name, path, () -> {
                Extraction rules = copyUidGid
                        ? ownedByUser(container, noOverwriteDirNonDir)
                        : new Extraction(noOverwriteDirNonDir, -1, -1);
                layers.extract(seen.layer, path, tar, rules);
                return rules;
            });
            seen.use.requireWhole();
            events.tell("extract-to-dir", container.record());
        }
    }

    @Override
    public void backup(String name, OutputStream tar) {
        ManagedContainer container = registry.get(name);
        String user = "backup-" + lookups.incrementAndGet();
        List<ContainerMount> volumes = container.record().mounts().stream()
                .filter(ContainerMount::isVolume)
                .toList();
        if (volumes.isEmpty()) {
            throw FeluccaException.invalid("container " + name + " has no volumes");
        }
        try {
            List<FolderArchives.Folder> folders = volumes.stream()
                    .map(mount -> new FolderArchives.Folder(
                            mount.destination().substring(1), volumeMounts.mount(mount.name(), user)))
                    .toList();
            folderArchives.write(folders, tar);
        } finally {
            volumes.forEach(mount -> volumeMounts.unmount(mount.name(), user));
        }
    }

    private static void refuseReadOnly(ManagedContainer container, String path) {
        String wanted = (path.startsWith("/") ? path : "/" + path) + "/";
        Optional<ContainerMount> mount = container.record().mounts().stream()
                .filter(each -> !each.isTmpfs() && wanted.startsWith(each.destination() + "/"))
                .reduce((first, deeper) -> deeper);
        if (mount.isPresent() && !mount.get().readWrite()) {
            throw new FeluccaException(Kind.FORBIDDEN, "mounted volume is marked read-only");
        }
        if (mount.isEmpty() && container.record().host().readonlyRootfs()) {
            throw new FeluccaException(Kind.FORBIDDEN, "container rootfs is marked read-only");
        }
    }

    private static <T> T finding(String name, String path, Supplier<T> work) {
        try {
            return work.get();
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw new FeluccaException(
                        Kind.NOT_FOUND, "Could not find the file " + path + " in container " + name, e);
            }
            throw e;
        }
    }

    private Extraction ownedByUser(ManagedContainer container, boolean noOverwriteDirNonDir) {
        String user = container.record().config().user();
        if (user == null || user.isEmpty()) {
            return new Extraction(noOverwriteDirNonDir, -1, -1);
        }
        String driver = container.record().storageDriver();
        String mount = "owner-" + lookups.incrementAndGet();
        try (Directory root = directories.open(storage.mount(driver, container.id, mount))) {
            ResolvedUser owner = UserLookup.resolve(root, user, List.of());
            return new Extraction(noOverwriteDirNonDir, owner.uid(), owner.gid());
        } finally {
            storage.detach(driver, container.id, mount);
        }
    }

    @Override
    @SuppressWarnings("try")
    public Digest commit(String name, CommitSpec spec) {
        ManagedContainer container = registry.get(name);
        refuseRemoved(container, "commit");
        try (FileUse use = container.files.work()) {
            Commit commit = commitOf(container, spec);
            boolean paused = spec.pause() && container.state().status() == Status.RUNNING && paused(container);
            try {
                Digest image = layers.commit(commit);
                String reference = commit.reference().isEmpty()
                        ? ""
                        : ImageReference.parse(commit.reference()).familiar();
                Map<String, String> told =
                        Map.of("comment", spec.message(), "imageID", image.value(), "imageRef", reference);
                events.tell("commit", container.record(), told);
                return image;
            } finally {
                if (paused) {
                    goOn(container);
                }
            }
        }
    }

    private boolean paused(ManagedContainer container) {
        try {
            containers.pause(container.id);
            return true;
        } catch (FeluccaException e) {
            // It has just ended, or somebody else has paused it: then nothing writes either.
            if (e.kind() == Kind.CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /** The image is made, or its making has failed for a reason that matters more than this. */
    private void goOn(ManagedContainer container) {
        try {
            containers.unpause(container.id);
        } catch (FeluccaException e) {
            boolean stillPaused = container.state().status() == Status.PAUSED;
            if (stillPaused) {
                LOG.warn("container {} stays paused after its commit: {}", container.id, e.getMessage());
            }
        }
    }

    private static Commit commitOf(ManagedContainer container, CommitSpec spec) {
        ContainerRecord record = container.record();
        ContainerConfig config = spec.config() == null
                ? record.config()
                : ConfigMerge.merge(spec.config(), imageConfig(record.config()));
        List<String> cmd = record.config().cmd();
        return new Commit(
                layer(container),
                record.image(),
                reference(spec),
                spec.author(),
                spec.message(),
                cmd == null ? "" : String.join(" ", cmd),
                container.id,
                imageConfig(record.config()),
                imageConfig(config),
                spec.changes());
    }

    private static String reference(CommitSpec spec) {
        if (spec.repository().isEmpty()) {
            return "";
        }
        ImageReference repository = ImageReference.parse(spec.repository());
        if (spec.tag().isEmpty()) {
            return repository.toString();
        }
        try {
            return ImageReference.parse(repository.repository() + ":" + spec.tag())
                    .toString();
        } catch (FeluccaException e) {
            throw new FeluccaException(Kind.INVALID, "invalid tag format", e);
        }
    }

    private static ImageConfig imageConfig(ContainerConfig config) {
        return new ImageConfig(
                text(config.user()),
                config.exposedPorts(),
                config.env(),
                config.entrypoint(),
                config.cmd(),
                config.volumes(),
                text(config.workingDir()),
                config.labels(),
                text(config.stopSignal()),
                List.of(),
                null,
                config.healthcheck());
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    private static void refuseRemoved(ManagedContainer container, String what) {
        Status status = container.status();
        if (status == Status.DEAD) {
            throw FeluccaException.conflict("You cannot " + what + " container " + container.id + " which is Dead");
        } else if (status == Status.REMOVING) {
            throw FeluccaException.conflict(
                    "You cannot " + what + " container " + container.id + " which is being removed");
        }
    }
}

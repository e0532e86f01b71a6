package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.RequiresDriver;
import io.felucca.events.Events;
import io.felucca.images.FolderArchives;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.volume.spi.VolumeDriver;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeCopies;
import io.felucca.volumes.VolumeMounts;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.VolumeUsers;
import io.felucca.volumes.Volumes;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The service. Who uses volumes may come and go. */
@Component(
        service = {Volumes.class, VolumeMounts.class, VolumeCopies.class},
        configurationPid = VolumesConfig.PID)
@Designate(ocd = VolumesConfig.class)
@RequiresDriver(VolumeDriver.KIND)
public final class VolumesComponent implements Volumes, VolumeMounts, VolumeCopies {

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            fieldOption = FieldOption.REPLACE)
    private volatile List<VolumeUsers> users = List.of();

    /** Only for archives: the rest works without the image store. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile FolderArchives archives;

    private final VolumeRegistry registry;
    private final VolumeStore store;
    private final VolumeUse use;
    private final VolumeCopy copy;

    @Activate
    public VolumesComponent(
            VolumesConfig config,
            @Reference EngineRoot root,
            @Reference Drivers drivers,
            @Reference Directories directories,
            @Reference Mounts mounts,
            @Reference Events events) {
        VolumeFiles files = new VolumeFiles(root.dataRoot().resolve("volumes"), directories);
        CountedMounts counted = new CountedMounts(drivers, mounts, files);
        registry = new VolumeRegistry(files, drivers, counted, directories);
        store = new VolumeStore(files, drivers, directories, counted, registry, () -> users, events, config.driver());
        use = new VolumeUse(registry, counted, store::uses);
        copy = new VolumeCopy(store, use, new VolumeContent(directories), () -> users, this::archives);
        // Off this thread: it may have to wait for a driver.
        Thread recovery = new Thread(registry::recover, "felucca-volumes");
        recovery.setDaemon(true);
        recovery.start();
    }

    private FolderArchives archives() {
        FolderArchives there = archives;
        if (there == null) {
            throw FeluccaException.unavailable(
                    "archives of volumes need the image store, which is away: start its bundle, then try again");
        }
        return there;
    }

    @Override
    public Volume snapshot(String name, String snapshot) {
        return copy.snapshot(name, snapshot);
    }

    @Override
    public List<Volume> snapshots(String name) {
        return copy.snapshots(name);
    }

    @Override
    public void restore(String name, String snapshot) {
        copy.restore(name, snapshot);
    }

    @Override
    public void export(String name, OutputStream tar) {
        copy.export(name, tar);
    }

    @Override
    public Volume importInto(String name, InputStream archive) {
        return copy.importInto(name, archive);
    }

    @Override
    public Volume create(VolumeSpec spec) {
        Volume volume = copy.make(spec).volume();
        registry.sync(volume.name());
        return volume;
    }

    @Override
    public Volume get(String name) {
        return store.get(name);
    }

    @Override
    public List<Volume> list(Map<String, List<String>> filters) {
        return store.list(filters);
    }

    @Override
    public void remove(String name, boolean force) {
        store.remove(name, force);
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        return store.prune(filters);
    }

    @Override
    public long sizeBytes(String name) {
        return store.sizeBytes(name);
    }

    @Override
    public int users(String name) {
        return store.users(name);
    }

    @Override
    public boolean make(VolumeSpec spec) {
        return copy.make(spec).fresh();
    }

    @Override
    public void sync(String name) {
        registry.sync(name);
    }

    @Override
    public Path mount(String name, String user) {
        return use.mount(name, user);
    }

    @Override
    public void adopt(String name, String user) {
        use.adopt(name, user);
    }

    @Override
    public boolean unmount(String name, String user) {
        return use.unmount(name, user);
    }

    @Override
    public void fill(String name, ImageFolder image, IdMap idMap) {
        use.fill(name, image, idMap);
    }

    @Override
    public void unmountUnused() {
        use.unmountUnused();
    }
}

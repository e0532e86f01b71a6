package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.engine.Driver;
import io.felucca.linux.Mounts;
import io.felucca.linux.Processes;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.files.Directories;
import io.felucca.storage.devicemapper.pool.DirectPool;
import io.felucca.storage.devicemapper.pool.DmOptions;
import io.felucca.storage.devicemapper.pool.ExistingPool;
import io.felucca.storage.devicemapper.pool.LoopPool;
import io.felucca.storage.devicemapper.pool.PoolSource;
import io.felucca.storage.devicemapper.pool.Programs;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens stores in thin pools. Its options are those of {@link DmOptions}, given as {@code dm.NAME}. */
@Component(property = StorageDriver.OPTION_PREFIX + "=dm")
@Driver(kind = StorageDriver.KIND, name = "devicemapper")
public final class DevicemapperDriver implements StorageDriver {

    private final Directories directories;
    private final Mounts mounts;
    private final Programs programs;
    private final DeviceMapper mapper;

    @Activate
    public DevicemapperDriver(
            @Reference Directories directories,
            @Reference Mounts mounts,
            @Reference Processes processes,
            @Reference DeviceMapper mapper) {
        this.directories = directories;
        this.mounts = mounts;
        this.programs = new Programs(processes);
        this.mapper = mapper;
    }

    @Override
    public Optional<String> probe(Path root, Map<String, String> values) {
        DmOptions options = new DmOptions(values);
        if (!mapper.isAvailable() || !mapper.hasTarget("thin-pool")) {
            return Optional.of("devicemapper cannot work here: the kernel has no "
                    + (mapper.isAvailable() ? "thin pools (dm_thin_pool)" : "device mapper (dm_mod)")
                    + "; load that module, or choose another storage driver");
        }
        PoolSource source = source(root, options);
        Optional<String> problem = source.problem();
        return problem.isPresent() ? problem : FileSystem.problem(FileSystem.choose(options.fileSystem()));
    }

    @Override
    public LayerStore open(Path root, Map<String, String> values) {
        DmOptions options = new DmOptions(values);
        probe(root, values).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        return new StoreOpening(root, options, directories, mounts, programs, mapper).open(source(root, options));
    }

    private PoolSource source(Path root, DmOptions options) {
        if (!options.thinPool().isEmpty()) {
            return new ExistingPool(mapper, options);
        }
        return options.directDevice().isEmpty()
                ? new LoopPool(mapper, programs, options, root)
                : new DirectPool(mapper, programs, options, root);
    }
}

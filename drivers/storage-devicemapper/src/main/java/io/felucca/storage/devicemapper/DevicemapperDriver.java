package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.linux.Directories;
import io.felucca.linux.Mounts;
import io.felucca.linux.Processes;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens stores in thin pools. Its options are those of {@link DmOptions}, given as {@code dm.NAME}. */
@Component(property = {Drivers.NAME + "=devicemapper", StorageDriver.OPTION_PREFIX + "=dm"})
public final class DevicemapperDriver implements StorageDriver {

    private final Directories directories;
    private final Mounts mounts;
    private final Processes processes;
    private final DeviceMapper mapper;

    @Activate
    public DevicemapperDriver(
            @Reference Directories directories,
            @Reference Mounts mounts,
            @Reference Processes processes,
            @Reference DeviceMapper mapper) {
        this.directories = directories;
        this.mounts = mounts;
        this.processes = processes;
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
        if (options.thinPool().isEmpty()) {
            return Optional.of("devicemapper needs a thin pool: give it one with --storage-opt dm.thinpooldev");
        }
        String name = poolName(options.thinPool());
        if (mapper.find(name).isEmpty()) {
            return Optional.of("devicemapper cannot work here: there is no device " + options.thinPool()
                    + "; make the thin pool, or name another with --storage-opt dm.thinpooldev");
        }
        try {
            new ThinPool(mapper, name).status();
        } catch (FeluccaException e) {
            return Optional.of("devicemapper cannot work on " + options.thinPool() + ": " + e.getMessage());
        }
        return FileSystem.problem(FileSystem.choose(options.fileSystem()));
    }

    @Override
    public LayerStore open(Path root, Map<String, String> values) {
        DmOptions options = new DmOptions(values);
        probe(root, values).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        ThinPool pool = new ThinPool(mapper, poolName(options.thinPool()));
        return new StoreOpening(root, options, directories, mounts, processes, mapper).open(pool);
    }

    /** A name, {@code /dev/mapper/NAME}, or a link (as {@code /dev/VG/LV}) to {@code /dev/dm-N}. */
    private static String poolName(String given) {
        Path path = Path.of("/dev/mapper").resolve(given);
        if (path.getParent().equals(Path.of("/dev/mapper"))) {
            return path.getFileName().toString();
        }
        try {
            String node = path.toRealPath().getFileName().toString();
            return Files.readString(Path.of("/sys/block", node, "dm/name")).strip();
        } catch (IOException e) {
            return given;
        }
    }
}

package io.felucca.itests.uml;

import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.devicemapper.DevicemapperDriver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.LayerBench;
import io.felucca.testkit.storage.StorageDriverContract;
import java.nio.file.Path;
import java.util.Map;

/** The contract of storage drivers for devicemapper, a pool for each root; {@link DevicemapperIT} runs it. */
class DevicemapperContract extends StorageDriverContract {

    /** Of /dev/ubdc. */
    private final ThinPools pools = new ThinPools("98:32");

    @Override
    protected StorageDriver driver() {
        return new DevicemapperDriver(
                new KernelDirectories(), new KernelMounts(), new KernelProcesses(), new KernelDeviceMapper());
    }

    private static String name(Path root) {
        return Integer.toHexString(root.toString().hashCode());
    }

    @Override
    protected Map<String, String> options(Path root) {
        return Map.of(
                "thinpooldev",
                pools.pool(name(root)),
                "basesize",
                "512m",
                "fs",
                "ext4",
                "mkfsarg",
                "-J size=4 -N 16384");
    }

    @Override
    protected long usedBytes(LayerBench bench) {
        String pool = pools.pool(name(bench.root()));
        String[] used = pools.mapper().status(pool).get(0).words()[2].split("/");
        return Long.parseLong(used[0]) * 65536;
    }

    /** More than dm.basesize, less than what is free of a pool. */
    @Override
    protected long limitBytes() {
        return 528 << 20;
    }

    @Override
    protected void closed(Path root) {
        pools.remove(name(root));
    }
}

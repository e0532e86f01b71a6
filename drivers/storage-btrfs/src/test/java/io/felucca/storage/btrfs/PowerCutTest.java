package io.felucca.storage.btrfs;

import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.storage.PowerCutContract;
import org.junit.jupiter.api.Tag;

@Tag("root")
class PowerCutTest extends PowerCutContract {

    @Override
    protected StorageDriver driver() {
        return new BtrfsDriver(new KernelDirectories(), new KernelMounts(), new KernelBtrfs());
    }

    @Override
    protected LoopDisk disk() {
        return LoopDisk.make(128 << 20, "mkfs.btrfs", "-q");
    }
}

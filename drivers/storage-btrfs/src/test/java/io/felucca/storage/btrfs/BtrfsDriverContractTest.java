package io.felucca.storage.btrfs;

import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.storage.LayerBench;
import io.felucca.testkit.storage.SmallDisk;
import io.felucca.testkit.storage.StorageDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** On a disk of its own. Needs mkfs.btrfs (package btrfs-progs). */
@Tag("root")
class BtrfsDriverContractTest extends StorageDriverContract {

    private static LoopDisk disk;

    @BeforeAll
    static void makeDisk() {
        disk = LoopDisk.make(2L << 30, "mkfs.btrfs", "-q");
    }

    @AfterAll
    static void endDisk() {
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    protected StorageDriver driver() {
        return new BtrfsDriver(new KernelDirectories(), new KernelMounts(), new KernelBtrfs());
    }

    @Override
    protected Path place() {
        return disk.folder();
    }

    /** Data and metadata in the same blocks: when it is full it is full for both. */
    @Override
    protected SmallDisk smallDisk(LayerBench bench) {
        return SmallDisk.of(LoopDisk.make(64 << 20, "mkfs.btrfs", "-q", "--mixed"));
    }
}

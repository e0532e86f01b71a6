package io.felucca.itests.uml;

import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.storage.vfs.VfsDriver;
import io.felucca.testkit.storage.StorageDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of storage drivers on xfs with project quotas; {@link StorageSizeIT} runs what is said there of limits. */
abstract class QuotaContract extends StorageDriverContract {

    private static QuotaDisk disk;

    @BeforeAll
    static void mountDisk() {
        disk = new QuotaDisk(QuotaDisk.XFS, "600M", ",prjquota");
    }

    @AfterAll
    static void unmountDisk() {
        disk.close();
    }

    @Override
    protected Path place() {
        return disk.point();
    }

    static final class Overlay2 extends QuotaContract {
        @Override
        protected StorageDriver driver() {
            return new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
        }
    }

    static final class Vfs extends QuotaContract {
        @Override
        protected StorageDriver driver() {
            return new VfsDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
        }
    }
}

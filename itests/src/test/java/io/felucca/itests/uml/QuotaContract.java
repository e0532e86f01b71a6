package io.felucca.itests.uml;

import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.linux.kernel.KernelProjectQuotas;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.storage.vfs.VfsDriver;
import io.felucca.testkit.StorageDriverContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of storage drivers on xfs with project quotas; {@link StorageSizeIT} runs what is said there of limits. */
abstract class QuotaContract extends StorageDriverContract {

    private static final String FOLDER = "java.io.tmpdir";

    private static QuotaDisk disk;
    private static String before;

    @BeforeAll
    static void mountDisk() {
        disk = new QuotaDisk(QuotaDisk.XFS, "600M", ",prjquota");
        // The first call unpacks the native library into that folder, and keeps it open.
        new KernelDirectories().fileSystem(disk.point());
        before = System.setProperty(FOLDER, disk.point().toString());
    }

    @AfterAll
    static void unmountDisk() {
        System.setProperty(FOLDER, before);
        disk.close();
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

package io.felucca.storage.vfs;

import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.PowerCutContract;
import org.junit.jupiter.api.Tag;

@Tag("root")
class PowerCutTest extends PowerCutContract {

    @Override
    protected StorageDriver driver() {
        return new VfsDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }
}

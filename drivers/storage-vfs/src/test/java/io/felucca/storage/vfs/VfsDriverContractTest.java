package io.felucca.storage.vfs;

import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.linux.kernel.KernelProjectQuotas;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.StorageDriverContract;
import org.junit.jupiter.api.Tag;

@Tag("root")
class VfsDriverContractTest extends StorageDriverContract {

    @Override
    protected StorageDriver driver() {
        return new VfsDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }
}

package io.felucca.storage.overlay2;

import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.StorageDriverContract;
import org.junit.jupiter.api.Tag;

@Tag("root")
class Overlay2DriverContractTest extends StorageDriverContract {

    @Override
    protected StorageDriver driver() {
        return new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }
}

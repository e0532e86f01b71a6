package io.felucca.itests.uml;

import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.StorageDriverContract;

/** The contract of storage drivers for overlay2; {@link OldKernelIT} runs this under its kernel. */
class Overlay2Contract extends StorageDriverContract {

    @Override
    protected StorageDriver driver() {
        return new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }
}

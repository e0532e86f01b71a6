package io.felucca.storage.overlay2;

import io.felucca.IdMap;
import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.linux.kernel.KernelProjectQuotas;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.PowerCut;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PowerCutTest {

    @Test
    @DisplayName("B3 a container's layer that was synced is there after a loss of power, its parent's files whole")
    void B3_aSyncedLayerOutlastsALossOfPower() {
        try (LoopDisk disk = LoopDisk.make(64 << 20, "mkfs.ext4", "-q")) {
            PowerCut.assertSyncedLayerStays(
                    new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas()),
                    disk,
                    IdMap.NONE);
        }
    }
}

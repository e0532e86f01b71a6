package io.felucca.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.Content;
import io.felucca.testkit.LoopDisk;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a machine's sudden end leaves of layers. A driver's test is this class, {@link #driver} and, unless it works on
 * ext4, {@link #disk}. Needs root.
 */
public abstract class PowerCutContract {

    protected abstract StorageDriver driver();

    /** A disk of the test's own. */
    protected LoopDisk disk() {
        return LoopDisk.make(64 << 20, "mkfs.ext4", "-q");
    }

    @Test
    @DisplayName("B3 a container's layer that was synced is there after a loss of power, its parent's files whole")
    void B3_aSyncedLayerOutlastsALossOfPower() {
        try (LoopDisk disk = disk()) {
            assertSyncedLayerStays(driver(), disk, IdMap.NONE);
        }
    }

    /** An active layer is there whole once it is synced ({@link LayerStore#sync}), over a parent that is committed. */
    public static void assertSyncedLayerStays(StorageDriver driver, LoopDisk disk, IdMap idMap) {
        try (LayerBench bench = new LayerBench(driver, Map.of(), disk.folder())) {
            bench.layer("base", "", root -> Content.write(root, "file", "base"));
            bench.store().prepare("container", "base", idMap);
            bench.store().sync("container");
            Path folder = disk.folder().relativize(bench.folder());
            try (LoopDisk after = disk.afterPowerCut();
                    LayerBench found = bench.onCopy(after.folder().resolve(folder))) {
                assertThat(found.store().find("container"))
                        .contains(new LayerInfo("container", "base", State.ACTIVE, idMap));
                found.in(
                        "container",
                        files -> assertThat(Content.read(files, "file")).isEqualTo("base"));
            }
        }
    }
}

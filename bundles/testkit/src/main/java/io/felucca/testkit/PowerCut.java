package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.Map;

/** What a machine's sudden end leaves of layers, on a disk of the test's own. */
public final class PowerCut {

    private PowerCut() {}

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

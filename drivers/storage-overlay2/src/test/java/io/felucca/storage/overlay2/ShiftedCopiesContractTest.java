package io.felucca.storage.overlay2;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.Content;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.storage.PowerCutContract;
import io.felucca.testkit.storage.StorageDriverContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole contract as on a kernel without idmapped mounts below an overlay (before 5.19). */
@Tag("root")
class ShiftedCopiesContractTest extends StorageDriverContract {

    @Override
    protected StorageDriver driver() {
        KernelDirectories directories = new KernelDirectories();
        KernelMounts mounts = new KernelMounts();
        KernelProjectQuotas kernelQuotas = new KernelProjectQuotas();
        Overlay2Driver real = new Overlay2Driver(directories, mounts, kernelQuotas);
        return new StorageDriver() {
            @Override
            public Optional<String> probe(Path root, Map<String, String> options) {
                return real.probe(root, options);
            }

            @Override
            public LayerStore open(Path root, Map<String, String> options) {
                real.open(root, options).close();
                OverlayFolders folders = new OverlayFolders(directories, mounts, root);
                LowerDirs lowerDirs = new LowerDirs(folders, directories, idMap -> false);
                LayerQuotas quotas = new LayerQuotas(directories, kernelQuotas, folders, 0);
                return new Overlay2Store(folders, directories, new OverlayOptions(), lowerDirs, quotas);
            }
        };
    }

    @Test
    @DisplayName("B3 a shifted copy of an image's layer is whole after a loss of power, for it serves all that come")
    void B3_aShiftedCopyOutlastsALossOfPower() {
        IdMap map =
                new IdMap(List.of(new IdMap.Range(0, 300_000, 65_536)), List.of(new IdMap.Range(0, 300_000, 65_536)));
        try (LoopDisk disk = LoopDisk.make(64 << 20, "mkfs.ext4", "-q")) {
            PowerCutContract.assertSyncedLayerStays(driver(), disk, map);
        }
    }

    @Test
    @DisplayName("T21 whiteouts and opaque folders keep their meaning in a shifted copy, made once for a map")
    void whiteoutsKeepTheirMeaningInAShiftedCopy() {
        bench().layer("base", "", root -> {
            Content.write(root, "gone", "1");
            Content.folder(root, "dir", dir -> Content.write(dir, "old", "1"));
        });
        bench().layer("top", "base", root -> {
            root.unlink(Content.bytes("gone"));
            root.removeTree(Content.bytes("dir"));
            Content.folder(root, "dir", dir -> Content.write(dir, "new", "2"));
        });
        IdMap map =
                new IdMap(List.of(new IdMap.Range(0, 300_000, 65_536)), List.of(new IdMap.Range(0, 300_000, 65_536)));
        bench().store().prepare("a", "top", map);
        long inodes = bench().rootSize().inodes();
        bench().store().prepare("b", "top", map);
        assertThat(bench().rootSize().inodes()).as("b shares a's copies").isLessThan(inodes + 8);
        bench().in("b", root -> {
            assertThat(Content.names(root)).containsExactly("dir");
            Content.folder(root, "dir", dir -> assertThat(Content.names(dir)).containsExactly("new"));
        });
    }
}

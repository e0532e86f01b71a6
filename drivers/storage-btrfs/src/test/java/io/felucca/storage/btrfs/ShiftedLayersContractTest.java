package io.felucca.storage.btrfs;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole contract as on a kernel without idmapped mounts of btrfs (before 5.15). */
@Tag("root")
class ShiftedLayersContractTest extends BtrfsDriverContractTest {

    private static final IdMap MAP =
            new IdMap(List.of(new IdMap.Range(0, 300_000, 65_536)), List.of(new IdMap.Range(0, 300_000, 65_536)));

    @Override
    protected StorageDriver driver() {
        StorageDriver real = super.driver();
        return new StorageDriver() {
            @Override
            public Optional<String> probe(Path root, Map<String, String> options) {
                return real.probe(root, options);
            }

            @Override
            public LayerStore open(Path root, Map<String, String> options) {
                real.open(root, options).close();
                KernelDirectories directories = new KernelDirectories();
                KernelBtrfs btrfs = new KernelBtrfs();
                return new BtrfsStore(
                        new Subvolumes(directories, new KernelMounts(), btrfs, root),
                        directories,
                        btrfs,
                        idMap -> false,
                        BtrfsOptions.of(options));
            }
        };
    }

    @Test
    @DisplayName("T21 a shifted copy shares its parent's blocks, and what it holds itself is what was written since")
    void T21_aShiftedCopyHoldsWhatWasWrittenSince() {
        bench().layer("base", "", root -> {
            write(root, "big", "x".repeat(1 << 20));
            root.makeSymlink(bytes("link"), bytes("big"));
        });
        bench().store().prepare("a", "base", MAP);
        bench().in("a", root -> write(root, "own", "x".repeat(1000)));

        assertThat(bench().store().usage("a").sizeBytes()).isEqualTo(1000);
        assertThat(((LayerChanges) bench().store()).changedPaths("a")).isEmpty();
        bench().store().remove("a");
        bench().store().remove("base");
    }
}

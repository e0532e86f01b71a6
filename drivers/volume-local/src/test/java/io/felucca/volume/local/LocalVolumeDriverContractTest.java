package io.felucca.volume.local;

import static io.felucca.testkit.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.linux.kernel.KernelProjectQuotas;
import io.felucca.testkit.Content;
import io.felucca.testkit.VolumeDriverContract;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalVolumeDriverContractTest extends VolumeDriverContract {

    @Override
    protected VolumeDriver driver() {
        return new LocalVolumeDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }

    @Test
    void whatTheOptionsSayIsMountedOnlyWhileItIsUsed() {
        StoredVolume volume =
                bench().volume("memory", Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,uid=7,mode=700"));
        driver().create(volume);
        bench().in(driver(), volume, content -> {
            Content.write(content, "x", "in memory");
            assertThat(content.stat().uid()).isEqualTo(7);
            assertThat(content.stat().mode()).isEqualTo(0700);
        });
        bench().in(driver(), volume, content -> assertThat(content.list()).isEmpty());
        driver().remove(volume);
        assertThat(bench().left(volume)).isEmpty();
    }

    @Test
    void aSizeIsRefusedWhereTheFilesystemCountsNoProjects() {
        StoredVolume volume = bench().volume("limited", Map.of("size", "1m"));
        // A tmpfs counts none on any kernel.
        bench().mounts()
                .mount(
                        new io.felucca.storage.spi.Mount(
                                "tmpfs", "tmpfs", "", java.util.List.of(), io.felucca.IdMap.NONE),
                        volume.folder());
        assertFails(Kind.INVALID, "quota size requested but no quota support", () -> driver().create(volume));
        driver().remove(volume);
        assertThat(bench().left(volume)).isEmpty();
    }
}

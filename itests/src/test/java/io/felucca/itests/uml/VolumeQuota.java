package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.testkit.volume.VolumeBench;
import io.felucca.volume.local.LocalVolumeDriver;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes of local volumes, by project quota on disks made for the purpose; {@link VolumeQuotaIT} runs this under its kernel. */
class VolumeQuota {

    private static final int MIB = 1 << 20;

    private final VolumeDriver driver =
            new LocalVolumeDriver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());

    /** Works with volumes on a disk of its own. */
    private static void onDisk(String makeFileSystem, String options, DiskWork work) throws IOException {
        try (QuotaDisk disk = new QuotaDisk(makeFileSystem, "320M", options);
                VolumeBench bench = new VolumeBench(disk.point())) {
            work.with(bench);
        }
    }

    interface DiskWork {
        void with(VolumeBench bench) throws IOException;
    }

    private StoredVolume made(VolumeBench bench, String name, String size) {
        StoredVolume volume = bench.volume(name, Map.of("size", size));
        driver.check(volume.options());
        driver.create(volume);
        return volume;
    }

    /** Writes until the kernel refuses, at most 64 MiB, without the capability to pass ext4's limits, as in a container. */
    private static int mebibytesThatFit(Path file) throws IOException {
        Result result = Program.of(
                        "setpriv",
                        "--bounding-set=-sys_resource",
                        "dd",
                        "if=/dev/zero",
                        "of=" + file,
                        "bs=1M",
                        "count=64")
                .run();
        if (result.exit() != 0) {
            assertThat(result.err()).containsPattern("No space left on device|Disk quota exceeded");
        }
        // A full xfs does not even make the file.
        return Files.exists(file) ? (int) (Files.size(file) / MIB) : 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {QuotaDisk.XFS, QuotaDisk.EXT4})
    void aVolumeHoldsWhatItsSizeSaysAndNoMore(String makeFileSystem) throws IOException {
        onDisk(makeFileSystem, ",prjquota", bench -> {
            Path small = driver.path(made(bench, "small", "8m"));
            Path large = driver.path(made(bench, "large", "24M"));
            Path free = driver.path(made(bench, "free", "0"));

            assertThat(mebibytesThatFit(small.resolve("a"))).isBetween(7, 8);
            Files.createDirectory(large.resolve("sub"));
            assertThat(mebibytesThatFit(large.resolve("sub/b"))).isBetween(23, 24);
            assertThat(mebibytesThatFit(free.resolve("c"))).isEqualTo(64);
            Files.delete(small.resolve("a"));
            assertThat(mebibytesThatFit(small.resolve("a"))).isBetween(7, 8);
            // Asked again, as after a crash: the same project, the same limit.
            driver.create(bench.volume("small", Map.of("size", "8m")));
            assertThat(mebibytesThatFit(small.resolve("again"))).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {QuotaDisk.XFS, QuotaDisk.EXT4})
    void aRemovedVolumeLeavesNoLimit(String makeFileSystem) throws IOException {
        onDisk(makeFileSystem, ",prjquota", bench -> {
            StoredVolume volume = made(bench, "gone", "4m");
            mebibytesThatFit(driver.path(volume).resolve("a"));
            driver.remove(volume);
            driver.remove(volume);
            assertThat(bench.left(volume)).isEmpty();
            driver.create(bench.volume("gone", Map.of()));
            assertThat(mebibytesThatFit(driver.path(volume).resolve("a"))).isEqualTo(64);
        });
    }

    /** Ids of projects of files and directories, by chattr(1), which knows both filesystems. */
    private static String project(Path path) {
        Result listed = Program.of("lsattr", "-pd", path.toString()).run();
        listed.requireOk();
        return listed.out().strip().split(" +")[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {QuotaDisk.XFS, QuotaDisk.EXT4})
    void aProjectThatAnAdministratorGaveTheFolderAboveStaysTheAdministrators(String makeFileSystem) throws IOException {
        onDisk(makeFileSystem, ",prjquota", bench -> {
            Path above = bench.volume("seen", Map.of()).folder().getParent();
            Program.of("chattr", "-p", "4711", "+P", above.toString()).run().requireOk();
            StoredVolume first = made(bench, "first", "8m");
            StoredVolume second = made(bench, "second", "24m");
            StoredVolume free = made(bench, "free", "0");
            assertThat(project(driver.path(free))).isEqualTo("4711");
            assertThat(project(driver.path(first))).isNotEqualTo("4711").isNotEqualTo(project(driver.path(second)));

            assertThat(mebibytesThatFit(driver.path(first).resolve("a"))).isBetween(7, 8);
            assertThat(mebibytesThatFit(driver.path(second).resolve("b"))).isBetween(23, 24);
            assertThat(mebibytesThatFit(driver.path(free).resolve("c"))).isEqualTo(64);
            driver.remove(first);
            assertThat(mebibytesThatFit(driver.path(second).resolve("again"))).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {QuotaDisk.XFS, QuotaDisk.EXT4})
    void withoutTheMountOptionASizeIsRefused(String makeFileSystem) throws IOException {
        onDisk(makeFileSystem, "", bench -> {
            assertThatThrownBy(() -> made(bench, "refused", "4m"))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessage("quota size requested but no quota support")
                    .cause()
                    .hasMessageContaining("prjquota");
            driver.remove(bench.volume("refused", Map.of("size", "4m")));
        });
    }
}

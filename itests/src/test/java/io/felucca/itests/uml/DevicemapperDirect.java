package io.felucca.itests.uml;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.itests.fixture.Program;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.devicemapper.DevicemapperDriver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.LayerBench;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** devicemapper on a block device that it sets up with LVM; {@link DevicemapperIT} runs it. */
class DevicemapperDirect {

    private Path file;
    private String device;

    /** The machine's own LVM settings are not written to. */
    @BeforeAll
    static void ownLvmFolder() {
        if (Program.of("mountpoint", "-q", "/etc/lvm").run().exit() != 0) {
            Program.of("mount", "-t", "tmpfs", "tmpfs", "/etc/lvm").run().requireOk();
        }
    }

    @BeforeEach
    void attachDisk() throws IOException {
        file = Files.createTempFile(Path.of("/tmp"), "disk", "");
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(900L << 20);
        }
        device = Program.of("losetup", "--find", "--show", file.toString()).ok();
    }

    @AfterEach
    void detachDisk() throws IOException {
        Program.of(
                        "sh",
                        "-c",
                        "for vg in $(vgs --noheadings -o vg_name); do vgchange -an $vg; vgremove -f -y $vg; done")
                .env("DM_DISABLE_UDEV", "1")
                .run()
                .requireOk();
        Program.of("losetup", "--detach", device).run().requireOk();
        Files.delete(file);
    }

    private static StorageDriver driver() {
        return new DevicemapperDriver(
                new KernelDirectories(), new KernelMounts(), new KernelProcesses(), new KernelDeviceMapper());
    }

    private Map<String, String> options(String... more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "directlvm_device",
                device,
                "basesize",
                "512m",
                "fs",
                "ext4",
                "mkfsarg",
                "-J size=4",
                "thinp_percent",
                "80",
                "thinp_metapercent",
                "1"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return options;
    }

    private static String lvm(String... words) {
        return Program.of(words).env("DM_DISABLE_UDEV", "1").ok().strip();
    }

    @Test
    @DisplayName("S95 a block device becomes a pool that LVM extends; after a restart of the machine it is found again")
    void S95_aBlockDeviceBecomesAPool() throws IOException {
        try (LayerBench bench = new LayerBench(driver(), options("blocksize", "512K"))) {
            Map<String, String> status = bench.store().status();
            String group = lvm("vgs", "--noheadings", "-o", "vg_name");
            assertThat(group).startsWith("felucca_");
            assertThat(status)
                    .containsEntry("Pool Name", group + "-thinpool")
                    .containsEntry("Pool Blocksize", "524.3kB")
                    .doesNotContainKeys("Data loop file", "WARNING");
            String profile = lvm("lvs", "--noheadings", "-o", "lv_profile", group + "/thinpool");
            assertThat(Files.readString(Path.of("/etc/lvm/profile", profile + ".profile")))
                    .contains("thin_pool_autoextend_threshold=80", "thin_pool_autoextend_percent=20");
            bench.layer("base", "", root -> write(root, "file", "kept"));
            bench.store().close();
            lvm("vgchange", "-an", group);
            bench.reopen();
            bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("kept"));
        }
    }

    @Test
    @DisplayName("S95 a pool that passes the threshold of its profile is extended by LVM's dmeventd")
    void S95_aPoolThatPassesTheThresholdIsExtended() {
        Map<String, String> options =
                options("thinp_percent", "20%", "thinp_autoextend_threshold", "60", "thinp_autoextend_percent", "50");
        try (LayerBench bench = new LayerBench(driver(), options)) {
            String before = bench.store().status().get("Data Space Total");
            assertThat(before).isEqualTo("184.5MB");
            bench.store().prepare("big", "", IdMap.NONE);
            bench.in("big", root -> {
                try (OpenFile file = root.createFile(bytes("file"), 0644)) {
                    ByteBuffer block = ByteBuffer.allocate(1 << 20);
                    for (int i = 0; i < 120; i++) {
                        file.writeFully(block.clear());
                    }
                    file.sync();
                }
            });
            await().untilAsserted(
                            () -> assertThat(bench.store().status()).containsEntry("Data Space Total", "276.8MB"));
        }
    }

    @Test
    @DisplayName("S95 a device that holds data is refused unless it is to be wiped")
    void S95_aDeviceThatHoldsDataIsRefused() throws IOException {
        Program.of("mkfs.ext4", "-q", device).run().requireOk();
        Path root = Files.createTempDirectory(Path.of("/tmp"), "direct");
        assertThat(driver().probe(root, options()).orElseThrow())
                .startsWith(device + " holds data (")
                .contains("TYPE=ext4")
                .endsWith("; to have it wiped, give --storage-opt dm.directlvm_device_force=true");
        Program.of("wipefs", "-q", "--all", device).run().requireOk();
        Program.of("sh", "-c", "echo something > " + device).run().requireOk();
        assertThat(driver().probe(root, options()).orElseThrow()).contains("its first MiB is not empty");
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).isEmpty();
        }
        Files.delete(root);
        try (LayerBench bench = new LayerBench(driver(), options("directlvm_device_force", "true"))) {
            bench.layer("base", "", files -> write(files, "file", "1"));
        }
    }

    @Test
    @DisplayName("S95 after an attempt that failed the device is looked at again, and a group elsewhere is left alone")
    void S95_afterAFailedAttemptTheDeviceIsLookedAtAgain() throws IOException {
        Path root = Files.createTempDirectory(Path.of("/tmp"), "direct");
        Files.writeString(root.resolve("directlvm"), device + "\nfelucca_1\n");
        Program.of("mkfs.ext4", "-q", device).run().requireOk();
        assertThat(driver().probe(root, options()).orElseThrow()).startsWith(device + " holds data (");
        Program.of("sh", "-c", "wipefs -q --all $0 && head -c 4M /dev/zero > $0", device)
                .run()
                .requireOk();
        Path otherFile = Files.createTempFile(Path.of("/tmp"), "disk", "");
        try (RandomAccessFile disk = new RandomAccessFile(otherFile.toFile(), "rw")) {
            disk.setLength(64 << 20);
        }
        String other =
                Program.of("losetup", "--find", "--show", otherFile.toString()).ok();
        try {
            lvm("vgcreate", "felucca_1", other);
            assertFails(
                    Kind.CONFLICT,
                    "the volume group felucca_1 is not on " + device,
                    () -> driver().open(root, options()));
            assertThat(lvm("vgs", "--noheadings", "-o", "pv_name", "felucca_1")).isEqualTo(other);
            lvm("vgremove", "-f", "-y", "felucca_1");
        } finally {
            Program.of("losetup", "--detach", other).run().requireOk();
            Program.of("rm", "-r", root.toString(), otherFile.toString()).run().requireOk();
        }
    }

    @Test
    @DisplayName("B3 a pool that a crash left half-made is made anew, and another device is refused")
    void B3_aHalfMadePoolIsMadeAnew() throws IOException {
        try (LayerBench bench = new LayerBench(driver(), options())) {
            String group = lvm("vgs", "--noheadings", "-o", "vg_name");
            bench.store().close();
            lvm("lvremove", "-f", "-y", group + "/thinpool");
            for (String file : new String[] {"pool", "lock"}) {
                Files.delete(bench.root().resolve(file));
            }
            try (Stream<Path> records = Files.list(bench.root().resolve("layers"))) {
                for (Path record : records.toList()) {
                    Files.delete(record);
                }
            }
            bench.reopen();
            bench.layer("base", "", root -> write(root, "file", "1"));
            assertThat(driver().probe(bench.root(), options("directlvm_device", "/dev/null"))
                            .orElseThrow())
                    .contains("changing dm.directlvm_device is not supported");
        }
    }
}

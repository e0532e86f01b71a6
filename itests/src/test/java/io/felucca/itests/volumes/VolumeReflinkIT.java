package io.felucca.itests.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of volumes on a filesystem that shares blocks: a disk of the test's with btrfs. Needs btrfs-progs. */
@Timeout(300)
class VolumeReflinkIT {

    private static final long MIB = 1 << 20;
    private static final int SIZE_MIB = 200;

    private static final EngineUnderTest engine = EngineUnderTest.empty();
    private static LoopDisk disk;

    @BeforeAll
    static void start() throws IOException {
        disk = LoopDisk.make(1 << 30, "mkfs.btrfs", "-q");
        engine.beginIn(disk.folder());
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
    }

    @AfterAll
    static void endDisk() {
        if (disk != null) {
            engine.endWith(disk);
        }
    }

    private static void inVolume(String volume, String script) {
        engine.runOnce("-v", volume + ":/d", "busybox", "sh", "-ec", script).ok();
    }

    private static Path content(String volume) {
        return engine.dataRoot().resolve("volumes/" + volume + "/_data");
    }

    private static String sum(String volume) {
        return Program.of(
                        "sh", "-c", "cd \"$0\" && sha256sum *", content(volume).toString())
                .ok();
    }

    /** Bytes that only this volume has, as the filesystem counts them. */
    private static long exclusiveBytes(String volume) {
        String du = Program.of(
                        "btrfs",
                        "filesystem",
                        "du",
                        "-s",
                        "--raw",
                        content(volume).toString())
                .ok();
        // A heading, then: total, exclusive, shared by files of the folder, the folder.
        return Long.parseLong(
                du.lines().skip(1).findFirst().orElseThrow().strip().split("\\s+")[1]);
    }

    private static long usedBytes() throws IOException {
        Program.of("btrfs", "filesystem", "sync", disk.folder().toString()).ok();
        var store = Files.getFileStore(disk.folder());
        return store.getTotalSpace() - store.getUnallocatedSpace();
    }

    @Test
    @DisplayName("B9 a clone and a snapshot of 200 MiB take next to no bytes, until one of them is written to")
    void B9_copiesShareBlocks() throws IOException {
        inVolume("db", "dd if=/dev/urandom of=/d/table bs=1M count=" + SIZE_MIB + "; echo small > /d/index");
        String sum = sum("db");
        long before = usedBytes();

        engine.ok("volume", "clone", "db", "copy");
        engine.ok("volume", "snapshot", "db", "monday");

        assertThat(usedBytes() - before).isLessThan(4 * MIB);
        assertThat(sum("copy")).isEqualTo(sum);
        assertThat(sum("db@monday")).isEqualTo(sum);
        assertThat(exclusiveBytes("copy")).isLessThan(MIB);
        assertThat(exclusiveBytes("db")).isLessThan(MIB);

        inVolume("copy", "dd if=/dev/zero of=/d/table bs=1M count=8 seek=16 conv=notrunc; sync");
        assertThat(exclusiveBytes("copy")).isBetween(8 * MIB, 9 * MIB);
        inVolume("db", "rm /d/table");
        assertThat(sum("db@monday")).isEqualTo(sum);
        assertThat(sum("copy")).isNotEqualTo(sum);
        assertThat(Files.size(content("copy").resolve("table"))).isEqualTo(SIZE_MIB * MIB);

        engine.ok("volume", "restore", "db", "monday");
        assertThat(sum("db")).isEqualTo(sum);
        assertThat(usedBytes() - before).isLessThan(16 * MIB);
    }
}

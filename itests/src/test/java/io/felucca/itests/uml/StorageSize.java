package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers of a limited size, on disks made for the purpose; {@link StorageSizeIT} runs this under its kernel. */
class StorageSize {

    private static final int MIB = 1 << 20;
    private static final String FULL = "No space left on device|Disk quota exceeded";

    private static void onDisk(String makeFileSystem, String options, EngineWork work, String... engineOptions) {
        try (QuotaDisk disk = new QuotaDisk(makeFileSystem, "400M", options)) {
            EngineUnderTest engine = EngineUnderTest.empty(engineOptions);
            engine.beginIn(disk.point());
            try {
                engine.ok("import", Rootfs.busybox().toString(), "busybox");
                work.with(engine);
            } finally {
                engine.removeContainers();
                engine.stop();
            }
        }
    }

    interface EngineWork {
        void with(EngineUnderTest engine);
    }

    /** Has a container write 64 MiB to a file; what the file holds then, in MiB. */
    private static long write(EngineUnderTest engine, String container, String file) {
        Result result = engine.felucca("exec", container, "dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=64")
                .run();
        if (result.exit() != 0) {
            assertThat(result.err()).containsPattern(FULL);
        }
        return Long.parseLong(engine.ok("exec", container, "stat", "-c", "%s", file)) / MIB;
    }

    @ParameterizedTest
    @ValueSource(strings = {QuotaDisk.XFS, QuotaDisk.EXT4})
    @DisplayName(
            "B2: a container that writes more than its size is told that the space is used up, the others go on; it"
                    + " keeps its size when it is started again and on the driver that it is moved to")
    void aContainerHoldsWhatItsSizeSays(String makeFileSystem) {
        onDisk(makeFileSystem, ",prjquota", engine -> {
            String vfs = limited(engine, "vfs");
            engine.ok("stop", "-t", "0", vfs);
            engine.ok("storage", "migrate", "--to", "overlay2", vfs);
            engine.ok("start", vfs);
            assertThat(engine.inspect(vfs).path("Driver").textValue()).isEqualTo("overlay2");
            assertThat(engine.ok("exec", vfs, "cat", "/f")).isEqualTo("text");
            assertThat(write(engine, vfs, "/moved")).isBetween(10L, 16L);
            engine.ok("rm", "-f", vfs);

            String overlay = limited(engine, "overlay2");
            engine.ok("restart", "-t", "0", overlay);
            assertThat(engine.ok("exec", overlay, "cat", "/f")).isEqualTo("text");
            assertThat(write(engine, overlay, "/again")).isBetween(10L, 16L);
        });
    }

    @Test
    @DisplayName("B2: overlay2.size is the size of containers on overlay2 that ask for none")
    void aDefaultSizeIsThatOfContainersThatAskForNone() {
        onDisk(
                QuotaDisk.XFS,
                ",prjquota",
                engine -> {
                    String plain = engine.runDetached("busybox", "sleep", "1000");
                    assertThat(write(engine, plain, "/big")).isBetween(10L, 16L);
                    String asking = engine.runDetached("--storage-opt", "size=32m", "busybox", "sleep", "1000");
                    assertThat(write(engine, asking, "/big")).isBetween(24L, 32L);
                    String other = engine.runDetached("--storage-opt", "driver=vfs", "busybox", "sleep", "1000");
                    assertThat(write(engine, other, "/big")).isEqualTo(64);
                },
                "--storage-opt",
                "overlay2.size=16m");
    }

    @Test
    @DisplayName("B2: overlay2.size on a filesystem without project quotas is refused in dockerd's words")
    void aDefaultSizeThatCannotBeKeptIsRefused() {
        try (QuotaDisk disk = new QuotaDisk(QuotaDisk.EXT4, "100M", "")) {
            EngineUnderTest engine =
                    EngineUnderTest.empty("--storage-driver", "overlay2", "--storage-opt", "overlay2.size=16m");
            engine.beginIn(disk.point());
            try {
                assertThat(engine.fails(1, "import", Rootfs.busybox().toString(), "busybox"))
                        .contains("Storage option overlay2.size not supported."
                                + " Filesystem does not support Project Quota: ");
            } finally {
                engine.stop();
            }
        }
    }

    /** A container on that driver, after it has tried to write more than it may. */
    private static String limited(EngineUnderTest engine, String driver) {
        String small = engine.runDetached(
                "--storage-opt", "size=16m", "--storage-opt", "driver=" + driver, "busybox", "sleep", "1000");
        String free = engine.runDetached("--storage-opt", "driver=" + driver, "busybox", "sleep", "1000");
        assertThat(engine.inspect(small).at("/HostConfig/StorageOpt/size").textValue())
                .isEqualTo("16m");
        assertThat(write(engine, small, "/big")).isBetween(10L, 16L);
        assertThat(write(engine, free, "/big")).isEqualTo(64);
        engine.ok("rm", "-f", free);
        assertThat(engine.status(small)).isEqualTo("running");
        engine.ok("exec", small, "rm", "/big");
        engine.ok("exec", small, "sh", "-c", "echo text >/f");
        return small;
    }
}

package io.felucca.itests.uml;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.devicemapper.DevicemapperDriver;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.LayerBench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** devicemapper without a pool or a disk of its own, on files; {@link DevicemapperIT} runs it. */
class DevicemapperLoop {

    private static final int MEBIBYTE = 1 << 20;

    private static StorageDriver driver() {
        return new DevicemapperDriver(
                new KernelDirectories(), new KernelMounts(), new KernelProcesses(), new KernelDeviceMapper());
    }

    private static LayerBench bench(String... more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "loopdatasize",
                "600m",
                "loopmetadatasize",
                "16m",
                "basesize",
                "512m",
                "fs",
                "ext4",
                "mkfsarg",
                "-J size=4"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return new LayerBench(driver(), options);
    }

    /** What the file of the pool's data takes of the disk. */
    private static long allocatedBytes(LayerBench bench) {
        Path file = bench.root().resolve("data");
        try (OpenFile data = bench.directories().openFile(file, 0, 0)) {
            data.sync();
            return data.stat().blocks() * 512;
        }
    }

    private static void writeBig(LayerBench bench, String key) {
        byte[] block = new byte[MEBIBYTE];
        java.util.Arrays.fill(block, (byte) 'x');
        bench.in(key, root -> {
            try (OpenFile file = root.createFile(bytes("big"), 0644)) {
                for (int i = 0; i < 48; i++) {
                    file.writeFully(ByteBuffer.wrap(block));
                }
                file.sync();
            }
        });
    }

    @Test
    @DisplayName("S92 S93 S94 without any set-up the pool is on sparse files, and status warns in dockerd's words")
    void S92_withoutAnySetUpThePoolIsOnSparseFiles() throws IOException {
        try (LayerBench bench = bench()) {
            assertThat(Files.size(bench.root().resolve("data"))).isEqualTo(600L * MEBIBYTE);
            assertThat(allocatedBytes(bench)).isLessThan(100L * MEBIBYTE);
            Map<String, String> status = bench.store().status();
            assertThat(status)
                    .containsEntry(
                            "Data loop file", bench.root().resolve("data").toString())
                    .containsEntry(
                            "Metadata loop file",
                            bench.root().resolve("metadata").toString())
                    .containsEntry(
                            LayerStore.WARNING,
                            "usage of loopback devices is strongly discouraged for production use.\n"
                                    + "         Use `--storage-opt dm.thinpooldev` to specify a custom block storage device.");
            assertThat(status.get("Data file")).startsWith("/dev/loop");
            bench.layer("base", "", root -> write(root, "file", "kept"));
            String loop = status.get("Data file");
            bench.store().close();
            assertThat(backing(loop))
                    .as("the pool and its loop devices go with the store")
                    .isEmpty();
            bench.reopen();
            bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("kept"));
        }
    }

    private static String backing(String loop) {
        Path file = Path.of("/sys/block", Path.of(loop).getFileName().toString(), "loop/backing_file");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("S96 the file grows with what is written, and removal gives the disk its blocks back")
    void S96_theFileGrowsAndIsGivenBack() {
        try (LayerBench bench = bench()) {
            bench.store().prepare("a", "", IdMap.NONE);
            long before = allocatedBytes(bench);
            writeBig(bench, "a");
            assertThat(allocatedBytes(bench)).isGreaterThan(before + 40L * MEBIBYTE);
            bench.store().remove("a");
            EngineUnderTest.await()
                    .untilAsserted(() -> assertThat(allocatedBytes(bench)).isLessThan(before + 8L * MEBIBYTE));
        }
    }

    @Test
    @DisplayName("S96 with dm.blkdiscard=false, as the notes have seen it, the file only grows")
    void S96_withoutDiscardsTheFileOnlyGrows() {
        try (LayerBench bench = bench("blkdiscard", "false", "use_deferred_deletion", "false")) {
            bench.store().prepare("a", "", IdMap.NONE);
            long before = allocatedBytes(bench);
            writeBig(bench, "a");
            bench.store().remove("a");
            assertThat(bench.store().status()).containsEntry("Deferred Deleted Device Count", "0");
            assertThat(allocatedBytes(bench)).isGreaterThan(before + 40L * MEBIBYTE);
        }
    }

    @Test
    @DisplayName("S96 a layer that is removed while it is mounted keeps its files until it is not")
    void S96_whatIsMountedIsNotDiscarded() throws IOException {
        try (LayerBench bench = bench()) {
            bench.store().prepare("a", "", IdMap.NONE);
            long before = allocatedBytes(bench);
            writeBig(bench, "a");
            Path place = bench.folder().resolve("mounts/a");
            bench.mount("a").close();
            bench.store().remove("a");
            // Its deletion comes after the first attempt at the other.
            bench.store().prepare("b", "", IdMap.NONE);
            bench.store().remove("b");
            EngineUnderTest.await()
                    .untilAsserted(() ->
                            assertThat(bench.store().status()).containsEntry("Deferred Deleted Device Count", "1"));
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
            byte[] written = new byte[48 * MEBIBYTE];
            java.util.Arrays.fill(written, (byte) 'x');
            assertThat(java.util.Arrays.equals(Files.readAllBytes(place.resolve("big")), written))
                    .isTrue();
            assertThat(allocatedBytes(bench)).isGreaterThan(before + 40L * MEBIBYTE);
            bench.mounts().unmount(place, false);
            EngineUnderTest.await()
                    .untilAsserted(() ->
                            assertThat(bench.store().status()).containsEntry("Deferred Deleted Device Count", "0"));
            assertThat(allocatedBytes(bench)).isLessThan(before + 8L * MEBIBYTE);
        }
    }

    @Test
    @DisplayName("B3 a pool that a crash left without a table is made anew, and its files are as large as they are now")
    void B3_aPoolWithoutATableIsMadeAnew() {
        try (LayerBench bench = bench()) {
            bench.layer("base", "", root -> write(root, "file", "kept"));
            String pool = bench.store().status().get("Pool Name");
            bench.store().close();
            String data = bench.root().resolve("data").toString();
            Program.of("losetup", "--find", data).run().requireOk();
            Program.of("dmsetup", "create", pool, "--notable")
                    .env("DM_DISABLE_UDEV", "1")
                    .run()
                    .requireOk();
            Map<String, String> larger = new HashMap<>(bench.options());
            larger.put("loopdatasize", "700m");
            try (LayerStore store = driver().open(bench.root(), larger)) {
                assertThat(store.status()).containsEntry("Data Space Total", "734MB");
                assertThat(store.find("base")).isPresent();
            }
            bench.reopen();
            bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("kept"));
        }
    }

    @Test
    @DisplayName("B3 of a store that is refused nothing stays active")
    void B3_ofARefusedStoreNothingStaysActive() throws IOException {
        try (LayerBench bench = bench()) {
            Map<String, String> status = bench.store().status();
            bench.store().close();
            Path record = bench.root().resolve("pool");
            String written = Files.readString(record);
            Files.writeString(record, written.replace("transaction 1", "transaction 9"));
            assertFails(Kind.CONFLICT, "transaction id", () -> driver().open(bench.root(), bench.options()));
            assertThat(new KernelDeviceMapper().names()).doesNotContain(status.get("Pool Name"));
            assertThat(backing(status.get("Data file"))).isEmpty();
            assertThat(backing(status.get("Metadata file"))).isEmpty();
            Files.writeString(record, written);
            bench.reopen();
        }
    }

    @Test
    @DisplayName("S92 S94 an engine asked for devicemapper and nothing else runs containers, and info warns")
    void S92_anEngineRunsContainers() throws IOException {
        EngineUnderTest engine = EngineUnderTest.withBusybox(
                "--storage-driver", "devicemapper", "--storage-opt", "dm.basesize=512m", "--storage-opt", "dm.fs=ext4");
        engine.beforeAll(null);
        try {
            assertThat(engine.runOnce("busybox", "grep", " / ", "/proc/mounts").ok())
                    .contains(" ext4 ");
            // The docker command tells warnings on standard error.
            Result info = engine.docker("", "info").run().requireOk();
            assertThat(info.out() + info.err() + engine.log())
                    .contains("Data loop file: " + engine.dataRoot().resolve("storage/devicemapper/data"))
                    .contains(
                            "WARNING: devicemapper: usage of loopback devices is strongly discouraged for production use.")
                    .contains("devmapper: Usage of loopback devices is strongly discouraged");
        } finally {
            engine.afterAll(null);
        }
        assertThat(Program.of("losetup", "--noheadings", "--list").run().out()).isEmpty();
    }
}

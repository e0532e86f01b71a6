package io.felucca.itests.uml;

import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.devicemapper.DevicemapperDriver;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.storage.LayerBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a crash between the pool and the records leaves, made by hand; {@link DevicemapperIT} runs it. */
class DevicemapperCrash {

    private final ThinPools pools = new ThinPools("98:32");
    private final DeviceMapper mapper = pools.mapper();
    private String pool;
    private LayerBench bench;

    @BeforeEach
    void open() {
        pool = pools.pool("crash");
        bench = new LayerBench(driver(), options());
    }

    @AfterEach
    void close() {
        bench.close();
        pools.remove("crash");
    }

    private static StorageDriver driver() {
        return new DevicemapperDriver(
                new KernelDirectories(), new KernelMounts(), new KernelProcesses(), new KernelDeviceMapper());
    }

    private Map<String, String> options() {
        return Map.of("thinpooldev", pool, "basesize", "512m", "fs", "ext4", "mkfsarg", "-J size=4");
    }

    private long transaction() {
        return Long.parseLong(mapper.status(pool).get(0).words()[0]);
    }

    @Test
    @DisplayName("B3 a device that was made and has no record yet is deleted when the store opens")
    void B3_aDeviceWithoutARecordIsDeleted() {
        bench.layer("base", "", root -> write(root, "file", "1"));
        assertThat(transaction()).isEqualTo(1);
        mapper.message(pool, "create_thin 7");
        bench.reopen();
        // The number is free again.
        mapper.message(pool, "create_thin 7");
        bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }

    @Test
    @DisplayName("B3 a crash before the pool had the transaction id that was recorded does no harm")
    void B3_theRecordMayBeAheadByOne() throws IOException {
        bench.layer("base", "", root -> write(root, "file", "1"));
        Path record = bench.root().resolve("pool");
        String written = Files.readString(record);
        bench.store().close();
        Files.writeString(record, written.replace("transaction 1", "transaction 2"));
        bench.reopen();
        for (int i = 0; i < 70; i++) {
            bench.store().prepare("many" + i, "base", IdMap.NONE);
        }
        assertThat(transaction()).isEqualTo(2);
        assertThat(Files.readString(record)).contains("transaction 2");
        bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }

    @Test
    @DisplayName("B3 of a commit that was cut off between its two records the committed one is right")
    void B3_aCommitThatWasCutOffIsFinished() throws IOException {
        bench.store().prepare("key", "", IdMap.NONE);
        bench.in("key", root -> write(root, "file", "1"));
        Path layers = bench.root().resolve("layers");
        String active = Files.readString(layers.resolve("key"));
        bench.store().commit("id", "key");
        bench.store().close();
        Files.writeString(layers.resolve("key"), active);
        bench.reopen();
        assertThat(bench.store().list()).singleElement().satisfies(layer -> {
            assertThat(layer.name()).isEqualTo("id");
            assertThat(layer.state()).isEqualTo(State.COMMITTED);
        });
        bench.look("id", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }

    @Test
    @DisplayName("B3 a pool of another transaction id is another pool, and a new store takes no pool in use")
    void B3_anotherPoolIsRefused() throws IOException {
        bench.layer("base", "", root -> write(root, "file", "1"));
        bench.store().close();
        mapper.message(pool, "set_transaction_id 1 5");
        assertFails(
                Kind.CONFLICT, "transaction id 5 where 1 was recorded", () -> driver().open(bench.root(), options()));
        Path other = Files.createDirectory(bench.folder().resolve("other"));
        assertFails(Kind.CONFLICT, "is not empty (transaction id 5", () -> driver().open(other, options()));
        mapper.message(pool, "set_transaction_id 5 1");
        bench.reopen();
        bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }

    @Test
    @DisplayName("B3 a pool that was made anew is refused, whatever its transaction id, for layers are missing in it")
    void B3_aPoolThatWasMadeAnewIsRefused() {
        bench.layer("base", "", root -> write(root, "file", "1"));
        bench.store().close();
        pools.remove("crash");
        assertThat(pools.pool("crash")).isEqualTo(pool);
        assertFails(Kind.CONFLICT, "has no device", () -> driver().open(bench.root(), options()));
        mapper.message(pool, "set_transaction_id 0 1");
        assertFails(Kind.CONFLICT, "has no device", () -> driver().open(bench.root(), options()));
    }

    @Test
    @DisplayName("S92 new images have the filesystem and size that are asked for now; what is there stays as it is")
    void S92_optionsMayChange() {
        bench.layer("base", "", root -> write(root, "file", "1"));
        bench.store().close();
        Map<String, String> changed = Map.of("thinpooldev", pool, "basesize", "400m", "fs", "xfs");
        try (var store = driver().open(bench.root(), changed)) {
            assertThat(store.status())
                    .containsEntry("Backing Filesystem", "xfs")
                    .containsEntry("Base Device Size", "419.4MB");
            store.prepare("old", "base", IdMap.NONE);
            store.prepare("new", "", IdMap.NONE);
            assertThat(store.mounts("old").get(0).type()).isEqualTo("ext4");
            assertThat(store.mounts("new").get(0).type()).isEqualTo("xfs");
            store.remove("old");
            store.remove("new");
        }
        bench.reopen();
        bench.look("base", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }
}

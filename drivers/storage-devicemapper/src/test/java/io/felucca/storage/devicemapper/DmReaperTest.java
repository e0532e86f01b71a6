package io.felucca.storage.devicemapper;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.storage.devicemapper.pool.ThinPool;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On devices in memory. */
class DmReaperTest {

    private static final String DEVICE = "felucca-tag-3";

    private final FakeMapper mapper = new FakeMapper();
    private final Layer layer = layer(3);

    @TempDir
    private Path root;

    private PoolRecord record;
    private Reaper reaper;

    @BeforeEach
    void openRecord() {
        record = PoolRecord.open(root.resolve("pool"), new ThinPool(mapper, FakeMapper.POOL));
    }

    @AfterEach
    void close() {
        reaper.close();
    }

    static Layer layer(int device) {
        return new Layer(new LayerInfo("layer" + device, "", State.ACTIVE, IdMap.NONE), device, 1 << 20, "ext4");
    }

    private Reaper reaper(Consumer<Layer> discard) {
        ThinPool pool = new ThinPool(mapper, FakeMapper.POOL);
        ThinDevices devices = new ThinDevices(mapper, null, pool, "tag", true);
        DeviceNumbers numbers = new DeviceNumbers(record, List.of(layer));
        reaper = new Reaper(devices, pool, numbers, () -> mapper.calls.add("sync"), discard);
        return reaper;
    }

    private static void get(CompletableFuture<Void> done) throws Exception {
        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName(
            "S96 a device that goes with its last user is discarded when it is gone, and its record's removal synced")
    void S96_whatIsInUseIsNotDiscarded() throws Exception {
        mapper.devices.put(DEVICE, FakeMapper.device(DEVICE, false));
        mapper.busy = true;
        CompletableFuture<Void> done = reaper(gone -> {
                    assertThat(mapper.find(DEVICE)).isEmpty();
                    mapper.calls.add("discard");
                })
                .discardAndDelete(layer);
        // Behind the first attempt.
        CountDownLatch tried = new CountDownLatch(1);
        reaper.delete(9).thenRun(tried::countDown);
        assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mapper.calls).doesNotContain("discard", "delete 3");
        assertThat(reaper.pending()).isEqualTo(1);
        mapper.busy = false;
        get(done);
        assertThat(mapper.calls).containsSubsequence("discard", "sync", "delete 3");
        assertThat(reaper.pending()).isZero();
    }

    @Test
    @DisplayName("S96 blocks are discarded once, however often the deletion is tried")
    void S96_blocksAreDiscardedOnce() throws Exception {
        mapper.onMessage = FeluccaException.conflict("busy");
        CompletableFuture<Void> done =
                reaper(gone -> mapper.calls.add("discard")).discardAndDelete(layer);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (mapper.calls.stream().filter("delete 3"::equals).count() < 2) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        mapper.onMessage = null;
        get(done);
        assertThat(mapper.calls.stream().filter("discard"::equals)).hasSize(1);
    }

    @Test
    @DisplayName("S96 what cannot be discarded is deleted all the same")
    void S96_whatCannotBeDiscardedIsDeleted() throws Exception {
        for (RuntimeException failure : List.of(
                FeluccaException.unsupported("no blkdiscard"),
                FeluccaException.system("blkdiscard failed"),
                new IllegalStateException("wrong"))) {
            get(reaper(gone -> {
                        throw failure;
                    })
                    .discardAndDelete(layer));
            reaper.close();
        }
        assertThat(mapper.calls.stream().filter("delete 3"::equals)).hasSize(3);
    }

    @Test
    @DisplayName("S96 a deletion that fails in any way, or comes too late, is told and waits no longer")
    void S96_aDeletionThatFailsIsTold() {
        mapper.onMessage = new IllegalStateException("wrong");
        CompletableFuture<Void> failed = reaper(gone -> {}).delete(3);
        assertThatThrownBy(() -> get(failed)).hasRootCauseMessage("wrong");
        assertThat(reaper.pending()).isZero();
        reaper.close();
        assertThatThrownBy(() -> get(reaper.delete(3))).hasMessageContaining("Rejected");
        assertThat(reaper.pending()).isZero();
    }

    @Test
    @DisplayName("B3 a fresh pool is not taken for one that holds layers, and a pool that failed not for an empty one")
    void B3_aFreshOrFailedPoolIsRefused() {
        reaper(gone -> {});
        assertFails(Kind.CONFLICT, "has no device 0", () -> record.check(List.of(layer(0))));
        mapper.status = "Fail";
        assertFails(
                Kind.UNAVAILABLE,
                "the thin pool pool has failed: see dmesg",
                () -> PoolRecord.open(root.resolve("other"), new ThinPool(mapper, FakeMapper.POOL)));
    }
}

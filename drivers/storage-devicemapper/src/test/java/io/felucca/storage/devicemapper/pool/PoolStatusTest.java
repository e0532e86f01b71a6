package io.felucca.storage.devicemapper.pool;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.linux.dm.DmTarget;
import io.felucca.storage.devicemapper.OpenPool;
import org.junit.jupiter.api.Test;

/** On what the kernel (6.1) says. */
class PoolStatusTest {

    private static final DmTarget TABLE =
            new DmTarget(0, 1359872, "thin-pool", "254:0 254:1 128 0 1 skip_block_zeroing ");

    private static DmTarget status(String parameters) {
        return new DmTarget(0, 1359872, "thin-pool", parameters);
    }

    @Test
    void aPoolTellsWhatItHolds() {
        PoolStatus status =
                PoolStatus.of(status("3 93/4096 1203/10624 - rw discard_passdown queue_if_no_space - 1024 "), TABLE);
        assertThat(status).isEqualTo(new PoolStatus(3, 93, 4096, 1203, 10624, 65536, "rw"));
        assertThat(status.usedDataBytes()).isEqualTo(1203L * 65536);
        assertThat(status.totalMetadataBytes()).isEqualTo(16 << 20);
    }

    @Test
    void aPoolThatFailedSaysSoAlone() {
        assertThat(PoolStatus.of(status("Fail"), TABLE).mode()).isEqualTo("Fail");
    }

    @Test
    void anotherDeviceIsNoPool() {
        assertFails(Kind.INVALID, "linear", () -> PoolStatus.of(new DmTarget(0, 8, "linear", ""), TABLE));
    }

    @Test
    void sizesAreAsDockersInfoShowsThem() {
        assertThat(OpenPool.size(65536)).isEqualTo("65.54kB");
        assertThat(OpenPool.size(10L << 30)).isEqualTo("10.74GB");
        assertThat(OpenPool.size(0)).isEqualTo("0B");
        assertThat(OpenPool.size(19_920_000)).isEqualTo("19.92MB");
    }
}

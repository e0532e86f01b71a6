package io.felucca.storage.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeferredUnmountsTest {

    @Test
    void B3_whatEndsWhileTheEngineDoesIsEndedAllTheSame() {
        DeferredUnmounts unmounts = new DeferredUnmounts();
        unmounts.close();
        AtomicBoolean followed = new AtomicBoolean();
        assertThat(unmounts.end(Optional.empty(), () -> followed.set(true))).isDone();
        assertThat(followed).isTrue();
    }

    @Test
    void B3_aClosingWaitsForNothingThatFollowsAnother() throws Exception {
        try (DeferredUnmounts unmounts = new DeferredUnmounts()) {
            CountDownLatch turn = new CountDownLatch(1);
            for (int number = 0; number < 3; number++) {
                unmounts.end(Optional.empty(), () -> await(turn));
            }
            unmounts.end(Optional.empty(), () -> {}).get(60, TimeUnit.SECONDS);
            turn.countDown();
        }
    }

    private static void await(CountDownLatch turn) {
        try {
            turn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void B3_aDriverThatComesWhileTheEngineEndsIsNobodys() {
        DriverArrivals arrivals = new DriverArrivals();
        AtomicBoolean told = new AtomicBoolean();
        arrivals.onArrival(driver -> told.set(true));
        arrivals.close();
        arrivals.arrived("overlay2");
        assertThat(told).isFalse();
    }
}

package io.felucca.storage.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EndingsTest {

    @Test
    void B3_whatEndsWhileTheEngineDoesIsEndedAllTheSame() {
        Endings endings = new Endings();
        endings.close();
        AtomicBoolean followed = new AtomicBoolean();
        assertThat(endings.end(Optional.empty(), () -> followed.set(true))).isDone();
        assertThat(followed).isTrue();
    }

    @Test
    void B3_aClosingWaitsForNothingThatFollowsAnother() throws Exception {
        try (Endings endings = new Endings()) {
            CountDownLatch turn = new CountDownLatch(1);
            for (int number = 0; number < 3; number++) {
                endings.end(Optional.empty(), () -> await(turn));
            }
            endings.end(Optional.empty(), () -> {}).get(60, TimeUnit.SECONDS);
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
        Arrivals arrivals = new Arrivals();
        AtomicBoolean told = new AtomicBoolean();
        arrivals.onArrival(driver -> told.set(true));
        arrivals.close();
        arrivals.arrived("overlay2");
        assertThat(told).isFalse();
    }
}

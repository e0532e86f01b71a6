package io.felucca.images.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LayerClaimsTest {

    private static final Digest CHAIN = new Digest("sha256:" + "1".repeat(64));

    private final LayerClaims claims = new LayerClaims();

    @Test
    @DisplayName("B7: whoever waits for another's layer can be interrupted, and has nothing then")
    void awaitingCanBeInterrupted() throws Exception {
        FutureTask<LayerClaims.Claim> waiting = new FutureTask<>(() -> claims.claim("one", CHAIN));
        Thread waiter = new Thread(waiting);
        try (LayerClaims.Claim held = claims.tryClaim("one", List.of(CHAIN))) {
            assertThat(held.count()).isEqualTo(1);
            waiter.start();
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            waiter.interrupt();

            assertThatThrownBy(waiting::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        }
        try (LayerClaims.Claim free = claims.claim("one", CHAIN)) {
            assertThat(free.count()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("S6: whoever waits for another's layer gets it when that work has failed")
    void afterAFailureItIsFree() throws Exception {
        FutureTask<LayerClaims.Claim> waiting = new FutureTask<>(() -> claims.claim("one", CHAIN));
        Thread waiter = new Thread(waiting);
        try (LayerClaims.Claim held = claims.tryClaim("one", List.of(CHAIN))) {
            waiter.start();
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            held.failed(new IllegalStateException("broken"));
        }

        try (LayerClaims.Claim mine = waiting.get()) {
            assertThat(mine.count()).isEqualTo(1);
        }
    }
}

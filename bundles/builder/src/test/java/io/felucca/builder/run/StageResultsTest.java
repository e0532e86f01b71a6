package io.felucca.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageResultsTest {

    private static final Stage DONE = new Stage(Optional.empty(), ImageConfig.EMPTY, "", '\\');

    private volatile boolean wanted = true;

    private StageResults results(int places, int begun) {
        return new StageResults(places, begun, () -> wanted);
    }

    @Test
    @DisplayName("a stage that waits for another gives its place to it")
    void whoWaitsGivesWay() throws Exception {
        StageResults results = results(1, 2);
        results.enter();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            results.enter();
            results.pass(0, 1);
            results.finish(0, DONE);
            results.leave();
        });

        results.awaitSteps(0, 1);
        assertThat(results.await(0)).isSameAs(DONE);
        other.get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("the first failure is the build's, and ends all that wait")
    void theFirstFailureEndsAll() {
        StageResults results = results(1, 1);
        results.enter();
        assertThat(results.mayBegin()).isTrue();
        CompletableFuture<Void> place = CompletableFuture.runAsync(results::enter);
        CompletableFuture<Boolean> thread = CompletableFuture.supplyAsync(results::mayBegin);
        CompletableFuture<Stage> stage = CompletableFuture.supplyAsync(() -> results.await(0));
        FeluccaException first = FeluccaException.invalid("first");

        assertThat(results.fail(first)).isTrue();
        assertThat(results.fail(FeluccaException.invalid("second"))).isFalse();

        assertThat(results.failure()).isSameAs(first);
        assertThat(thread.join()).isFalse();
        assertThatThrownBy(place::join).hasRootCauseMessage("Build cancelled");
        assertThatThrownBy(stage::join).hasRootCauseMessage("Build cancelled");
    }

    @Test
    @DisplayName("a build that nobody wants any more begins no stage")
    void nothingBeginsForNobody() {
        StageResults results = results(1, 1);
        assertThat(results.mayBegin()).isTrue();
        wanted = false;

        assertThat(results.mayBegin()).isFalse();
        assertThat(results.failure()).hasMessage("Build cancelled");
    }
}

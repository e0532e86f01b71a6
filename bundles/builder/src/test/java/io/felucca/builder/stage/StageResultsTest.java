package io.felucca.builder.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
        results.enter(1);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            results.enter(0);
            results.pass(0, 1);
            results.finish(0, DONE);
            results.leave();
        });

        results.awaitSteps(1, 0, 1);
        assertThat(results.await(1, 0)).isSameAs(DONE);
        other.get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("a free place is given to the first stage of the Dockerfile that can go on, though its thread is late")
    void placesAreGivenInOrder() throws Exception {
        StageResults results = results(1, 3);
        for (int i = 0; i < 3; i++) {
            results.mayBegin(i);
        }
        List<Integer> entered = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (int i = 2; i >= 0; i--) {
            int index = i;
            CompletableFuture<Void> stage = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                results.enter(index);
                entered.add(index);
                results.leave();
                stage.complete(null);
            });
            thread.start();
            stages.add(stage);
            if (i > 0) {
                await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            }
        }
        for (CompletableFuture<Void> stage : stages) {
            stage.get(60, TimeUnit.SECONDS);
        }
        assertThat(entered).containsExactly(0, 1, 2);
    }

    @Test
    @DisplayName("the first failure is the build's, and ends all that wait")
    void theFirstFailureEndsAll() {
        StageResults results = results(1, 1);
        results.enter(1);
        StageResults alone = results(1, 1);
        alone.enter(1);
        assertThat(results.mayBegin(2)).isTrue();
        CompletableFuture<Void> place = CompletableFuture.runAsync(() -> results.enter(2));
        CompletableFuture<Boolean> thread = CompletableFuture.supplyAsync(() -> results.mayBegin(3));
        CompletableFuture<Stage> stage = CompletableFuture.supplyAsync(() -> alone.await(1, 0));
        FeluccaException first = FeluccaException.invalid("first");
        alone.fail(first);

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
        assertThat(results.mayBegin(0)).isTrue();
        wanted = false;

        assertThat(results.mayBegin(1)).isFalse();
        assertThat(results.failure()).hasMessage("Build cancelled");
    }
}

package io.felucca.embedding.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingStreamTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("All that is given comes, in order, and the stream ends with its source")
    void allComes() {
        Stream<Integer> stream =
                BlockingStream.of(threads, to -> IntStream.range(0, 5000).forEach(to::give));
        assertThat(stream)
                .containsExactlyElementsOf(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    @DisplayName("A source waits for its reader, and is told when that has closed the stream")
    void theSourceWaits() {
        AtomicInteger given = new AtomicInteger();
        AtomicBoolean unwanted = new AtomicBoolean();
        try (Stream<Integer> stream = BlockingStream.of(threads, to -> {
            while (to.give(given.get())) {
                given.incrementAndGet();
            }
            unwanted.set(!to.isWanted());
        })) {
            assertThat(stream.limit(3)).containsExactly(0, 1, 2);
            await().until(() -> given.get() >= 256);
            assertThat(given).hasValueLessThan(300);
        }
        await().untilTrue(unwanted);
    }

    @Test
    @DisplayName("A failure of the source comes after what it gave")
    void aFailureComes() {
        Stream<String> stream = BlockingStream.of(threads, to -> {
            to.give("first");
            throw new IllegalStateException("cut");
        });
        var iterator = stream.iterator();
        assertThat(iterator.next()).isEqualTo("first");
        assertThatThrownBy(iterator::hasNext).hasMessage("cut");
    }

    @Test
    @DisplayName("An interrupt ends the stream for its reader")
    void anInterruptEndsIt() throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        Stream<String> stream = BlockingStream.of(threads, to -> {
            silent.set(true);
            await().forever().until(() -> !to.isWanted());
        });
        var reader = threads.submit(() -> List.of(stream.toList(), Thread.interrupted()));
        await().untilTrue(silent);
        threads.shutdownNow();
        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(List.of(List.of(), true));
    }
}

package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LastResortTest {

    private final List<Integer> codes = new ArrayList<>();
    private final LastResort lastResort = new LastResort(codes::add);

    /** A thread of the engine's own, in a process with a small heap. */
    static final class Filling {

        private Filling() {}

        public static void main(String[] words) throws InterruptedException {
            LastResort.watch();
            Thread filling = new Thread(
                    () -> {
                        List<long[]> kept = new ArrayList<>();
                        while (kept.size() < Integer.MAX_VALUE) {
                            kept.add(new long[10_000]);
                        }
                    },
                    "filling");
            filling.start();
            filling.join();
            new CountDownLatch(1).await();
        }
    }

    @Test
    @Timeout(120)
    @DisplayName("An engine whose own thread runs out of memory ends, rather than going on without that thread (T11)")
    void aThreadOutOfMemoryEndsTheProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Filling.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(told).contains("thread filling is out of memory: the engine ends");
            assertThat(process.exitValue()).isEqualTo(LastResort.OUT_OF_MEMORY);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void otherFailuresOfAThreadEndNothing() {
        lastResort.uncaughtException(Thread.currentThread(), new IllegalStateException("seen in a test"));
        lastResort.uncaughtException(
                Thread.currentThread(),
                new OutOfMemoryError(
                        "unable to create native thread: possibly out of memory or process limits reached"));

        assertThat(codes).isEmpty();
    }

    @Test
    void anyKindOfMemoryThatIsOutEndsTheProcess() {
        lastResort.uncaughtException(Thread.currentThread(), new OutOfMemoryError("Java heap space"));
        lastResort.uncaughtException(Thread.currentThread(), new OutOfMemoryError());

        assertThat(codes).containsExactly(3, 3);
    }
}

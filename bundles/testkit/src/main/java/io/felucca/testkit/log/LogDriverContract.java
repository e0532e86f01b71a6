package io.felucca.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.log.spi.LogDriver;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every log driver must do with its options. A driver's test is this class and {@link #driver}; needs no root. */
public abstract class LogDriverContract {

    private static final int CALLS = 200;

    /** A new instance each time: the driver is stateless, so all must answer alike. */
    protected abstract LogDriver driver();

    /** Options that bound a log, all of which the driver takes. */
    protected Map<String, String> bounds() {
        return Map.of("max-size", "1m", "max-file", "3");
    }

    @Test
    void aLogIsBoundedWhenNothingIsAsked() {
        Retention retention = driver().retention(Map.of());
        assertThat(retention.maxBytes()).as("bytes of a file").isPositive();
        assertThat(retention.maxFiles()).as("files").isPositive();
    }

    @Test
    void boundsThatAreAskedForAreKept() {
        Retention retention = driver().retention(bounds());
        assertThat(retention.maxBytes()).isEqualTo(1_000_000);
        assertThat(retention.maxFiles()).isEqualTo(3);
    }

    @Test
    void aLogIsReadOrHandedOn() {
        for (Map<String, String> options : List.of(Map.<String, String>of(), bounds())) {
            Retention retention = driver().retention(options);
            assertThat(retention.readable() || retention.forward())
                    .as("somebody gets the output")
                    .isTrue();
            assertThat(retention.compress() && retention.forward())
                    .as("compressed and handed on")
                    .isFalse();
        }
    }

    @Test
    void anUnknownOptionIsRefusedByName() {
        for (String name : List.of("felucca-unknown", "MAX-SIZE", "max-size ", "", "名", "x".repeat(100_000))) {
            assertRefused(Map.of(name, "1"), name);
            Map<String, String> amongKnown = new HashMap<>(bounds());
            amongKnown.put(name, "1");
            assertRefused(amongKnown, name);
        }
    }

    @Test
    void malformedBoundsAreRefused() {
        List<String> malformed =
                List.of("", " ", "x", "-5", "1e999", "99999999999999999999999", "0x10", "1\n", "9".repeat(100_000));
        for (String value : malformed) {
            for (String name : bounds().keySet()) {
                Map<String, String> options = new HashMap<>(bounds());
                options.put(name, value);
                assertRefused(options, "");
            }
        }
    }

    @Test
    void deliveryModesAreDockers() {
        Map<String, String> options = new HashMap<>(bounds());
        Retention plain = driver().retention(options);
        options.put("mode", "non-blocking");
        options.put("max-buffer-size", "4m");
        assertThat(driver().retention(options)).isEqualTo(plain);
        options.put("mode", "blocking");
        assertRefused(options, "max-buffer-size option is only supported with 'mode=non-blocking'");
        options.put("mode", "felucca");
        assertRefused(options, "logging mode not supported: felucca");
    }

    @Test
    void theOptionsStayAsTheyAreAndEachInstanceAnswersAlike() {
        Map<String, String> options = Collections.unmodifiableMap(new HashMap<>(bounds()));
        LogDriver driver = driver();
        Retention first = driver.retention(options);
        assertThat(driver.retention(options)).as("asked again").isEqualTo(first);
        assertThat(driver().retention(options)).as("another instance").isEqualTo(first);
        assertRefused(Map.of("felucca-unknown", "1"), "felucca-unknown");
        assertThat(driver.retention(options)).as("after a refusal").isEqualTo(first);
    }

    @Test
    void manyThreadsAskAtOnce() throws Exception {
        LogDriver driver = driver();
        Retention bounded = driver.retention(bounds());
        Retention plain = driver.retention(Map.of());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(() -> driver.retention(bounds()).equals(bounded)
                        && driver.retention(Map.of()).equals(plain));
            }
            for (Future<Boolean> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void assertRefused(Map<String, String> options, String named) {
        assertThat(catchThrowable(() -> driver().retention(options)))
                .as(() -> "refusal of " + abbreviated(options))
                .isInstanceOfSatisfying(FeluccaException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.INVALID);
                    assertThat(e.getMessage()).contains(named);
                });
    }

    private static String abbreviated(Map<String, String> options) {
        String text = options.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}

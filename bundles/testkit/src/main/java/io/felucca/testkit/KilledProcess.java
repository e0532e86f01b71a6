package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Work in a process that is killed in the middle of it. */
public final class KilledProcess {

    private static final int DEADLINE_SECONDS = 120;
    /** 128 and SIGKILL. */
    private static final int KILLED = 137;

    private KilledProcess() {}

    /**
     * Runs a class of this class path and kills it some time after it has made the file {@code began} in the folder,
     * whose path is its last argument. It must not have ended by then.
     */
    public static void run(Path folder, int afterMillis, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Path began = folder.resolve("began");
        Files.deleteIfExists(began);
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add(began.toString());
        Path log = folder.resolve("child.log");
        Process child = start(log, main, words);
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(began) || !child.isAlive());
            boolean ended = child.waitFor(afterMillis, TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as(() -> "the child works until it is killed: " + text(log))
                    .isFalse();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** Runs a class of this class path that kills itself with SIGKILL; it must not end otherwise. */
    public static void runToItsKill(Path folder, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Path log = folder.resolve("child.log");
        Process child = start(log, main, List.of(arguments));
        try {
            assertThat(child.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .as(() -> "the child has killed itself: " + text(log))
                    .isTrue();
            assertThat(child.exitValue()).as(() -> text(log)).isEqualTo(KILLED);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path log, Class<?> main, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

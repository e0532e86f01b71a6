package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One boot of User-mode Linux, which runs test classes and ends; closing it ends it at once. Needs user-mode-linux. */
final class UserModeLinux implements AutoCloseable {

    private final List<String> javaOptions =
            new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfelucca.rootfs=/tmp/rootfs"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private Process process;
    private Path output;

    /** A word for boot.sh: see there. */
    UserModeLinux with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    UserModeLinux property(String name, String value) {
        javaOptions.add("-D" + name + "=" + value);
        return this;
    }

    /** The tests of another module may be named too. */
    UserModeLinux testsOf(String module) {
        Path classes = Path.of("..", module, "target/test-classes");
        classPath += File.pathSeparator + classes.toAbsolutePath().normalize();
        return this;
    }

    /** @param tests names of classes, or of methods as {@code CLASS#METHOD} */
    UserModeLinux start(String... tests) {
        List<String> words = new ArrayList<>();
        words.add(Path.of("uml/boot.sh").toAbsolutePath().toString());
        words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        words.addAll(javaOptions);
        words.addAll(List.of("-cp", classPath, NamedTests.class.getName()));
        words.addAll(List.of(tests));
        try {
            output = Files.createTempFile("felucca-uml", ".log");
            process = builder.command(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Waits for its end: all tests must have run and passed. */
    void requirePassed(long deadlineSeconds) throws InterruptedException {
        boolean ended = process.waitFor(deadlineSeconds, TimeUnit.SECONDS);
        String text = text();
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text).contains("0 tests failed", "0 tests skipped");
    }

    private String text() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

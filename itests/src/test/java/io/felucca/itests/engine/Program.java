package io.felucca.itests.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program to run: words as an array, its environment, folder and input; {@link #run} waits, {@link #start} does not. */
public final class Program {

    private static final long DEADLINE_SECONDS = 60;

    private final List<String> words;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path folder;
    private byte[] input = new byte[0];
    private Path inputFile;

    public Program(List<String> words) {
        this.words = List.copyOf(words);
    }

    public static Program of(String... words) {
        return new Program(List.of(words));
    }

    List<String> words() {
        return words;
    }

    public Program env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Program in(Path workingFolder) {
        folder = workingFolder;
        return this;
    }

    public Program stdin(String text) {
        return stdin(text.getBytes(StandardCharsets.UTF_8));
    }

    public Program stdin(byte[] bytes) {
        input = bytes;
        return this;
    }

    public Program stdin(Path file) {
        inputFile = file;
        return this;
    }

    /** The same in a terminal of its own (util-linux' script). */
    public Program inTerminal() {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        Program program = Program.of("script", "-qefc", "exec" + line, "/dev/null");
        program.environment.putAll(environment);
        return program.env("TERM", "xterm");
    }

    /** Runs it to its end. */
    public Result run() {
        return start().finish(DEADLINE_SECONDS);
    }

    /** Runs it to its end, which may take longer than usual. */
    public Result run(long deadlineSeconds) {
        return start().finish(deadlineSeconds);
    }

    /** Runs it and gives its standard output without the last newline; any exit code but 0 fails the test. */
    public String ok() {
        return run().requireOk().line();
    }

    /** Starts it; its standard input has been written and closed unless {@link #startOpen} is used. */
    public Running start() {
        Running running = launch();
        if (inputFile == null) {
            running.feedAndClose(input);
        }
        return running;
    }

    /** Starts it and leaves its standard input open. */
    public Running startOpen() {
        return launch();
    }

    private Running launch() {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        if (inputFile != null) {
            builder.redirectInput(inputFile.toFile());
        }
        try {
            return new Running(words, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that runs; what it writes is collected as it comes. */
    public static final class Running implements AutoCloseable {

        private final List<String> words;
        private final Process process;
        private final Collector out;
        private final Collector err;

        private Running(List<String> words, Process process) {
            this.words = words;
            this.process = process;
            this.out = new Collector(process.getInputStream());
            this.err = new Collector(process.getErrorStream());
        }

        /** What it has written to standard output until now. */
        public String out() {
            return out.text();
        }

        public String err() {
            return err.text();
        }

        public boolean isAlive() {
            return process.isAlive();
        }

        public long pid() {
            return process.pid();
        }

        public Running write(String text) {
            try {
                process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(words + ": " + err.text(), e);
            }
        }

        public Running closeInput() {
            try {
                process.getOutputStream().close();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void feedAndClose(byte[] bytes) {
            Thread feeder = new Thread(() -> {
                try (OutputStream in = process.getOutputStream()) {
                    in.write(bytes);
                } catch (IOException e) {
                    // It may end without reading all: what it says shows whether that was right.
                    out.note = e.toString();
                }
            });
            feeder.setDaemon(true);
            feeder.start();
        }

        public void signal(String name) {
            Program.of("kill", "-" + name, Long.toString(process.pid())).run();
        }

        public void kill() {
            process.destroyForcibly();
        }

        public Result finish() {
            return finish(DEADLINE_SECONDS);
        }

        public Result finish(long deadlineSeconds) {
            try {
                if (!process.waitFor(deadlineSeconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("did not end within " + deadlineSeconds + " s: "
                            + new Result(words, -1, out.bytes(), err.bytes()));
                }
                out.join();
                err.join();
                return new Result(words, process.exitValue(), out.bytes(), err.bytes());
            } catch (InterruptedException e) {
                process.destroyForcibly();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** Reads a stream to its end on a thread of its own. */
    private static final class Collector implements Runnable {

        private final InputStream stream;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread = new Thread(this);
        private volatile String note = "";

        Collector(InputStream stream) {
            this.stream = stream;
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try {
                for (int count; (count = stream.read(buffer)) >= 0; ) {
                    synchronized (bytes) {
                        bytes.write(buffer, 0, count);
                    }
                }
            } catch (IOException e) {
                note = e.toString();
            }
        }

        byte[] bytes() {
            synchronized (bytes) {
                return bytes.toByteArray();
            }
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8) + note;
        }

        /** A grandchild may hold the pipe open: what came until then counts. */
        void join() throws InterruptedException {
            thread.join(5_000);
        }
    }
}

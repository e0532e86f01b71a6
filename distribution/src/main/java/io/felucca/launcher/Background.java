package io.felucca.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code felucca engine --detach} and {@code --stop}. */
final class Background {

    private static final long READY_SECONDS = 60;
    private static final long STOP_SECONDS = 60;
    /** A log longer than this is put aside, one deep, when an engine starts. */
    private static final long LOG_BYTES = 10 << 20;

    private static final int TAIL_LINES = 15;

    private final Path home;
    private final EngineOptions options;

    Background(Path home, EngineOptions options) {
        this.home = home;
        this.options = options;
    }

    /**
     * Starts an engine in a session of its own, its log in the data root's engine.log, and waits for it.
     *
     * @throws LaunchException with the log's last lines when it does not answer
     */
    void detach(List<String> words) {
        Pidfile pidfile = new Pidfile(options.path(Option.PIDFILE));
        pidfile.engine().ifPresent(running -> {
            throw new LaunchException("pid file found, ensure felucca is not running or delete " + pidfile.path()
                    + " (process " + running.pid() + ")");
        });
        if (options.unixSockets().isEmpty()) {
            throw new LaunchException("--detach needs a unix:// host to see when the engine is ready");
        }
        Path log = options.path(Option.DATA_ROOT).resolve("engine.log");
        List<String> command =
                new ArrayList<>(List.of("setsid", home.resolve("bin/felucca").toString(), "engine"));
        words.stream().filter(w -> !w.matches("(--detach|-d)(=.*)?")).forEach(command::add);
        try {
            long before = makeLog(log);
            Process engine = new ProcessBuilder(command)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            loadSockets();
            await(engine, log, before);
        } catch (IOException e) {
            throw new LaunchException("cannot start the engine: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new LaunchException("interrupted while the engine started", e);
        }
    }

    /** The first one makes a SecureRandom, which takes a while: now nothing waits for it. */
    private static void loadSockets() throws IOException {
        SocketChannel.open(StandardProtocolFamily.UNIX).close();
    }

    private void await(Process engine, Path log, long before) throws IOException, InterruptedException {
        Path socket = options.unixSockets().get(0);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        ReadyMark ready = ReadyMark.of(options);
        while (!ready.isOf(engine.pid()) || !answers(socket)) {
            if (engine.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new LaunchException("the engine ended with exit code " + engine.exitValue() + "; its log " + log
                        + " ends with:\n" + tail(log, before));
            }
            if (System.nanoTime() > end) {
                engine.destroy();
                throw new LaunchException("the engine did not answer on " + socket + " within " + READY_SECONDS
                        + " s; its log " + log + " ends with:\n" + tail(log, before));
            }
        }
    }

    /** Ends the engine by its pidfile and waits until it is gone. */
    void stop() {
        Pidfile pidfile = new Pidfile(options.path(Option.PIDFILE));
        Optional<ProcessHandle> running = pidfile.engine();
        if (running.isEmpty()) {
            System.err.println("felucca: no engine runs (pid file " + pidfile.path() + ")");
            return;
        }
        ProcessHandle engine = running.get();
        engine.destroy();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (engine.isAlive() && !ProcessState.hasEnded(engine.pid())) {
            if (System.nanoTime() > end) {
                throw new LaunchException("the engine, process " + engine.pid() + ", did not end within " + STOP_SECONDS
                        + " s after SIGTERM; its log tells more, kill -9 ends it, containers running on");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                throw new LaunchException("interrupted while the engine stopped", e);
            }
        }
    }

    private static long makeLog(Path log) throws IOException {
        Files.createDirectories(log.getParent());
        if (Files.notExists(log)) {
            Files.createFile(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        if (Files.size(log) > LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            return makeLog(log);
        }
        return Files.size(log);
    }

    private static boolean answers(Path socket) {
        if (Files.notExists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request = "GET /_ping HTTP/1.1\r\nHost: felucca\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            byte[] answer = Channels.newInputStream(channel).readNBytes(12);
            return new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static String tail(Path log, long before) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        int start = (int) Math.min(before, bytes.length);
        String[] lines = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8).split("\n");
        int first = Math.max(0, lines.length - TAIL_LINES);
        return String.join("\n", List.of(lines).subList(first, lines.length));
    }
}

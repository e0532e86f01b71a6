package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A dockerd of a test's own, on its own folder and in a network namespace of its own, and the docker program to talk to
 * it. Needs root and Debian's docker.io (20.10).
 */
final class RealDocker implements AutoCloseable {

    private final Path folder;
    private final Process daemon;

    private RealDocker(Path folder, Process daemon) {
        this.folder = folder;
        this.daemon = daemon;
    }

    /**
     * What a program said.
     *
     * @param out its standard output and error, together
     */
    record Said(int exitCode, String out) {}

    /** @param folder short, since sockets lie in it */
    static RealDocker start(Path folder) throws IOException {
        assertThat(Path.of("/usr/sbin/dockerd")).as("apt-get install docker.io").exists();
        // containerd writes its stacks there when dockerd asks it for a sign of life and gets none in time.
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Process daemon = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "env",
                        "TMPDIR=" + temporary,
                        "dockerd",
                        "--data-root=" + folder.resolve("root"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--host=unix://" + folder.resolve("sock"),
                        "--pidfile=" + folder.resolve("pid"),
                        "--storage-driver=overlay2",
                        "--iptables=false",
                        "--bridge=none")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        RealDocker docker = new RealDocker(folder, daemon);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !daemon.isAlive() || docker.docker("version").exitCode() == 0);
        assertThat(daemon.isAlive())
                .as(() -> "dockerd's log: " + read(folder.resolve("log")))
                .isTrue();
        return docker;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    Said docker(String... words) throws IOException {
        return dockerReading(null, words);
    }

    /** @param input a file for its standard input, or null for none */
    Said dockerReading(Path input, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker", "--host=unix://" + folder.resolve("sock")));
        command.addAll(List.of(words));
        return run(input, command);
    }

    static Said run(Path input, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DOCKER_API_VERSION", "1.41");
        builder.environment().put("DOCKER_BUILDKIT", "0");
        builder.redirectInput((input == null ? Path.of("/dev/null") : input).toFile());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Said(process.waitFor(), out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The standard output of a command that must succeed, without its line end. */
    String get(String... words) throws IOException {
        Said said = docker(words);
        assertThat(said.exitCode()).as(said.out()).isZero();
        return said.out().stripTrailing();
    }

    /** An image's configuration as dockerd keeps it. */
    byte[] config(String id) throws IOException {
        return Files.readAllBytes(
                folder.resolve("root/image/overlay2/imagedb/content/sha256").resolve(id.replace("sha256:", "")));
    }

    @Override
    public void close() throws Exception {
        daemon.destroy();
        if (!daemon.waitFor(60, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }
}

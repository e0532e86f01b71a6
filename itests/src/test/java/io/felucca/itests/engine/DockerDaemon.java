package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The real dockerd, as an oracle: on roots of its own, in a network and a mount namespace of its own, so that its
 * firewall and its mounts are no part of the machine. As an extension of a test class it lives as an {@link
 * EngineUnderTest} does: with the image busybox, without containers after each test.
 */
public final class DockerDaemon implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, AutoCloseable {

    private final List<String> prefix;
    private List<String> options = List.of();
    private Path folder;
    private Program.Running daemon;

    private DockerDaemon(String... prefix) {
        this.prefix = List.of(prefix);
    }

    /**
     * One that the test closes, without an image and on this machine's network, where it makes neither a bridge nor rules: it
     * reaches what the test serves on loopback.
     *
     * @param prefix starts it with a mount namespace of its own
     */
    public static DockerDaemon onLoopback(List<String> prefix, String... options) {
        DockerDaemon daemon = new DockerDaemon(prefix.toArray(String[]::new));
        List<String> all =
                new ArrayList<>(List.of("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false"));
        all.addAll(List.of(options));
        daemon.options = all;
        return daemon.begin();
    }

    /** For {@code @RegisterExtension}. */
    public static DockerDaemon withBusybox() {
        return new DockerDaemon("unshare", "-n", "-m", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");
    }

    /** One that the test closes. */
    public static DockerDaemon start() {
        return withBusybox().begin();
    }

    /** One with these options more, that the test closes. */
    public static DockerDaemon startWith(String... options) {
        DockerDaemon daemon = withBusybox();
        daemon.options = List.of(options);
        return daemon.begin();
    }

    /** In a network namespace that is there, beside what else is in it. */
    public static DockerDaemon startIn(Path networkNamespace) {
        return new DockerDaemon("nsenter", "--net=" + networkNamespace, "unshare", "-m").begin();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
        docker("import", Rootfs.busybox().toString(), "busybox").run().requireOk();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        removeContainers();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (daemon != null) {
            close();
        }
    }

    private DockerDaemon begin() {
        try {
            folder = Files.createTempDirectory(Path.of("/tmp"), "fld");
            List<String> words = new ArrayList<>(prefix);
            words.addAll(List.of(
                    "dockerd",
                    "--data-root",
                    folder + "/d",
                    "--exec-root",
                    folder + "/x",
                    "-H",
                    "unix://" + folder + "/s",
                    "--pidfile",
                    folder + "/p",
                    "--storage-driver",
                    "overlay2"));
            words.addAll(options);
            // containerd writes its stacks there when dockerd asks it for a sign of life and gets none in time.
            Path temporary = Files.createDirectory(folder.resolve("t"));
            daemon = new Program(words).env("TMPDIR", temporary.toString()).start();
            EngineUnderTest.await().until(() -> docker("version").run().exit() == 0);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it read its configuration file again. */
    public void reload() {
        try {
            Program.of("kill", "-HUP", Files.readString(folder.resolve("p")).trim())
                    .ok();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path socket() {
        return folder.resolve("s");
    }

    public String host() {
        return "unix://" + socket();
    }

    /** A {@code docker} command on it, at the API that it speaks. */
    public Program docker(String... words) {
        return client("docker", words);
    }

    /** The same by another program than the one on the path. */
    public Program client(String program, String... words) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(words));
        return new Program(all).env("DOCKER_HOST", host()).env("DOCKER_API_VERSION", "1.41");
    }

    public void removeContainers() {
        List<String> names = docker("ps", "-aq").run().lines();
        if (!names.isEmpty()) {
            List<String> words = new ArrayList<>(List.of("rm", "-f"));
            words.addAll(names);
            docker(words.toArray(String[]::new)).run();
        }
    }

    @Override
    public void close() {
        removeContainers();
        daemon.signal("TERM");
        daemon.finish();
        MachineState.requireNothingOf(folder);
        Rootfs.delete(folder);
    }
}

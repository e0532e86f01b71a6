package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real dockerd, as an oracle: on roots of its own, in a network and a mount namespace of its own, so that its
 * firewall and its mounts are no part of the machine.
 */
public final class DockerDaemon implements AutoCloseable {

    private final Path folder;
    private final Program.Running daemon;

    private DockerDaemon(Path folder, Program.Running daemon) {
        this.folder = folder;
        this.daemon = daemon;
    }

    public static DockerDaemon start() {
        return start("unshare", "-n", "-m", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");
    }

    /** In a network namespace that is there, beside what else is in it. */
    public static DockerDaemon startIn(Path networkNamespace) {
        return start("nsenter", "--net=" + networkNamespace, "unshare", "-m");
    }

    private static DockerDaemon start(String... prefix) {
        try {
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "fld");
            List<String> words = new ArrayList<>(List.of(prefix));
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
            // containerd writes its stacks there when dockerd asks it for a sign of life and gets none in time.
            Path temporary = Files.createDirectory(folder.resolve("t"));
            Program.Running running =
                    new Program(words).env("TMPDIR", temporary.toString()).start();
            DockerDaemon daemon = new DockerDaemon(folder, running);
            EngineUnderTest.await().until(() -> daemon.docker("version").run().exit() == 0);
            return daemon;
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

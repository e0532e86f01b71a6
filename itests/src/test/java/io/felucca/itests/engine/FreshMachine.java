package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * What a newcomer's machine is to the engine: nothing in {@code /var/lib} and {@code /run}, so that commands run as
 * they are written, without options for roots and sockets. It is a mount and a network namespace of its own; what
 * Maven installs in its local repository goes with it.
 */
public final class FreshMachine implements AutoCloseable {

    private final Path folder;
    private final Program.Running holder;

    private FreshMachine(Path folder, Program.Running holder) {
        this.folder = folder;
        this.holder = holder;
    }

    public static FreshMachine start() {
        try {
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            for (String name : List.of("lib/felucca", "run", "upper", "work", "home")) {
                Files.createDirectories(folder.resolve(name));
            }
            // Under this name MachineState looks for an engine's id.
            Files.createSymbolicLink(folder.resolve("d"), Path.of("lib/felucca"));
            String script = """
                    set -e
                    ip link set lo up
                    mkdir -p "$HOME/.m2"
                    mount -t overlay -o "lowerdir=$HOME/.m2,upperdir=$1/upper,workdir=$1/work" overlay "$HOME/.m2"
                    mount --bind "$1/lib" /var/lib
                    mount --bind "$1/run" /run
                    echo ready
                    exec sleep infinity
                    """;
            Program.Running holder = Program.of("unshare", "-m", "-n", "sh", "-c", script, "sh", folder.toString())
                    .start();
            FreshMachine machine = new FreshMachine(folder, holder);
            EngineUnderTest.await().until(() -> {
                if (!holder.isAlive()) {
                    throw new AssertionError("no namespaces: " + holder.err());
                }
                return holder.out().contains("ready");
            });
            return machine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder that it alone uses. */
    public Path home() {
        return folder.resolve("home");
    }

    /** A shell with these lines, which ends at the first that fails. */
    public Program sh(Path in, String lines) {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "-n"));
        words.addAll(List.of("sh", "-e", "-c", "cd \"$0\"\n" + lines, in.toString()));
        return new Program(words);
    }

    @Override
    public void close() {
        try {
            MachineState.requireNothingOf(folder);
        } finally {
            holder.kill();
            holder.finish();
            Rootfs.delete(folder);
        }
    }
}

package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The docker commands of this machine: the one first on the path, and Debian's, 20.10, where that is another one. */
public final class DockerCommands {

    /** The one first on the path. */
    public static final String FIRST = "docker";

    private static final Path DEBIANS = Path.of("/usr/bin/docker");

    private DockerCommands() {}

    /** Those besides {@link #FIRST}; none on a machine that has but one. */
    public static List<String> others() {
        return Files.isExecutable(DEBIANS) && !firstIsDebians() ? List.of(DEBIANS.toString()) : List.of();
    }

    public static boolean firstIsDebians() {
        Path first = Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, FIRST))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("install docker.io: no docker command is on the path"));
        try {
            return Files.exists(DEBIANS) && Files.isSameFile(first, DEBIANS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

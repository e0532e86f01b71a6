package io.felucca.runtime.oci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An OCI runtime on this machine.
 *
 * @param name {@code crun} or {@code runc}, or the file name of one that was configured
 * @param path where it is installed
 * @param run what is executed: the path, or a copy in memory
 * @param state the folder given as {@code --root}: its containers by id
 * @param takesFilters whether it takes compiled seccomp filters
 * @param arguments further global options, as configured
 */
record RuntimeProgram(String name, Path path, Path run, Path state, boolean takesFilters, List<String> arguments) {

    /** Global options, before any command. */
    List<String> options() {
        return Stream.concat(Stream.of("--root", state.toString(), "--log-format", "json"), arguments.stream())
                .toList();
    }

    List<String> command(String... words) {
        List<String> argv = new ArrayList<>();
        argv.add(run.toString());
        argv.addAll(options());
        argv.addAll(List.of(words));
        return argv;
    }

    boolean isCrun() {
        return name.equals("crun");
    }

    Path stateOf(String id) {
        return state.resolve(id);
    }

    boolean knows(String id) {
        return Files.exists(stateOf(id));
    }
}

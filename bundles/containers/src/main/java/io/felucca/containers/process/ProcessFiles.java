package io.felucca.containers.process;

import io.felucca.FeluccaException;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Files of containers' processes in /proc, held open. The kernel gives a process's number to another one once the
 * process has ended, so a file that was opened by number is used only if that very process lived after it was opened.
 */
public final class ProcessFiles implements AutoCloseable {

    private final Processes processes;
    private final Namespaces namespaces;
    private final List<Fd> held = new ArrayList<>();

    public ProcessFiles(Namespaces namespaces, Processes processes) {
        this.processes = processes;
        this.namespaces = namespaces;
    }

    /**
     * Opens a namespace of a process.
     *
     * @param type such as {@code net}
     * @return a path by which other processes open it as long as this is open; empty when the process has ended
     */
    public Optional<Path> namespace(ProcessId process, String type) {
        Fd file;
        try {
            file = namespaces.open(Path.of("/proc/" + process.pid() + "/ns/" + type));
        } catch (FeluccaException e) {
            if (processes.isAlive(process)) {
                throw e;
            }
            return Optional.empty();
        }
        held.add(file);
        return processes.isAlive(process) ? Optional.of(namespaces.file(file)) : Optional.empty();
    }

    /** Does some work on the network namespace of that very process; empty, and nothing is done, when it has ended. */
    public static <T> Optional<T> inNetwork(
            Namespaces namespaces, Processes processes, ProcessId process, Function<Path, T> work) {
        try (ProcessFiles files = new ProcessFiles(namespaces, processes)) {
            return files.namespace(process, "net").map(work);
        }
    }

    /** Opens the root of a process, which the caller closes; empty when the process has ended. */
    public static Optional<Directory> root(Directories directories, Processes processes, ProcessId process) {
        Directory root;
        try {
            root = directories.open(Path.of("/proc/" + process.pid() + "/root"));
        } catch (FeluccaException e) {
            if (processes.isAlive(process)) {
                throw e;
            }
            return Optional.empty();
        }
        if (processes.isAlive(process)) {
            return Optional.of(root);
        }
        root.close();
        return Optional.empty();
    }

    @Override
    public void close() {
        held.forEach(Fd::close);
    }
}

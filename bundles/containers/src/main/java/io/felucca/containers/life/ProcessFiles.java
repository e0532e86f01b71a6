package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.linux.Directory;
import io.felucca.linux.Fd;
import io.felucca.linux.ProcessId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of containers' processes in /proc, held open. The kernel gives a process's number to another one once the
 * process has ended, so a file that was opened by number is used only if that very process lived after it was opened.
 */
final class ProcessFiles implements AutoCloseable {

    private final Core core;
    private final List<Fd> held = new ArrayList<>();

    ProcessFiles(Core core) {
        this.core = core;
    }

    /**
     * Opens a namespace of a process.
     *
     * @param type such as {@code net}
     * @return a path by which other processes open it as long as this is open; empty when the process has ended
     */
    Optional<Path> namespace(ProcessId process, String type) {
        Fd file;
        try {
            file = core.namespaces().open(Path.of("/proc/" + process.pid() + "/ns/" + type));
        } catch (FeluccaException e) {
            if (core.processes().isAlive(process)) {
                throw e;
            }
            return Optional.empty();
        }
        held.add(file);
        return core.processes().isAlive(process) ? Optional.of(core.namespaces().file(file)) : Optional.empty();
    }

    /** Opens the root of a process, which the caller closes; empty when the process has ended. */
    static Optional<Directory> root(Core core, ProcessId process) {
        Directory root;
        try {
            root = core.directories().open(Path.of("/proc/" + process.pid() + "/root"));
        } catch (FeluccaException e) {
            if (core.processes().isAlive(process)) {
                throw e;
            }
            return Optional.empty();
        }
        if (core.processes().isAlive(process)) {
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

package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The file that holds the engine's process id while it runs. */
record Pidfile(Path path) {

    /** The engine that this file names, when that process lives and is an engine. */
    Optional<ProcessHandle> engine() {
        try {
            long pid = Long.parseLong(Files.readString(path).trim());
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(p -> isEngine(pid) && !ProcessState.hasEnded(pid));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LaunchException("cannot read the pid file " + path + ": " + e.getMessage(), e);
        }
    }

    /** @throws LaunchException when an engine that runs has it */
    void claim() {
        Optional<ProcessHandle> other = engine();
        if (other.isPresent() && other.get().pid() != ProcessHandle.current().pid()) {
            throw new LaunchException("pid file found, ensure felucca is not running or delete " + path + " (process "
                    + other.get().pid() + ")");
        }
        try {
            Files.createDirectories(path.getParent());
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(fresh, ProcessHandle.current().pid() + "\n");
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LaunchException("cannot write the pid file " + path + ": " + e, e);
        }
    }

    /** Removes it when it is this process's own. */
    void release() {
        try {
            if (Files.readString(path)
                    .trim()
                    .equals(Long.toString(ProcessHandle.current().pid()))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            System.err.println("felucca: cannot remove the pid file " + path + ": " + e);
        }
    }

    private static boolean isEngine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .contains("-Dfelucca.engine");
        } catch (IOException e) {
            return false;
        }
    }
}

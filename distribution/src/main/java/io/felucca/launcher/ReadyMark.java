package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file in which an engine says, by its process id, that it is ready: {@code --detach} waits for it.
 *
 * @param paths where it may be: in the exec root when the data root is full
 */
record ReadyMark(List<Path> paths) {

    static ReadyMark of(EngineOptions options) {
        return new ReadyMark(List.of(
                options.path(Option.DATA_ROOT).resolve("framework/ready"),
                options.path(Option.EXEC_ROOT).resolve("framework/ready")));
    }

    void remove() throws IOException {
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    void write() throws IOException {
        IOException full = null;
        for (Path path : paths) {
            try {
                Files.createDirectories(path.getParent());
                Files.writeString(path, ProcessHandle.current().pid() + "\n");
                return;
            } catch (IOException e) {
                if (full != null) {
                    e.addSuppressed(full);
                }
                full = e;
            }
        }
        throw full;
    }

    boolean isOf(long pid) throws IOException {
        for (Path path : paths) {
            try {
                if (Files.readString(path).trim().equals(Long.toString(pid))) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // The engine is not ready, or it has marked so in the other place.
            }
        }
        return false;
    }
}

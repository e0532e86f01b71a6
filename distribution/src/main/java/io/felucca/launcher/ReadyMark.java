package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The file in which an engine says, by its process id, that it is ready: {@code --detach} waits for it. */
record ReadyMark(Path path) {

    static ReadyMark of(EngineOptions options) {
        return new ReadyMark(options.path(Option.DATA_ROOT).resolve("framework/ready"));
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    void write() throws IOException {
        Files.writeString(path, ProcessHandle.current().pid() + "\n");
    }

    boolean isOf(long pid) throws IOException {
        try {
            return Files.readString(path).trim().equals(Long.toString(pid));
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}

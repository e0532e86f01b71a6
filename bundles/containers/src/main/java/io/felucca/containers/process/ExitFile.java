package io.felucca.containers.process;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What a monitor wrote at its process's end, and when. */
public record ExitFile(int code, Instant at) {

    /** The first of both that has a number in it: a full disk may have kept it from the first. */
    public static Optional<ExitFile> read(Path file, Path copy) {
        return read(file).or(() -> read(copy));
    }

    private static Optional<ExitFile> read(Path file) {
        try {
            String text = Files.readString(file).trim();
            if (!text.matches("-?[0-9]{1,9}")) {
                return Optional.empty();
            }
            return Optional.of(new ExitFile(
                    Integer.parseInt(text), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the exit file " + file + ": " + e.getMessage(), e);
        }
    }
}

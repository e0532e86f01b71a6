package io.felucca.containers.life;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What a monitor wrote at its process's end, and when. */
record ExitFile(int code, Instant at) {

    /** Empty when there is none, or nothing that is a number in it. */
    static Optional<ExitFile> read(Path file) {
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

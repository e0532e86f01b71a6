package io.felucca.containers.logs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How far a log driver has taken a spool, on disk.
 *
 * @param inode of the file, which a rotation renames
 * @param offset behind the last entry that is safe with the driver
 */
record SpoolPosition(long inode, long offset) {

    static Optional<SpoolPosition> read(Path file) {
        try {
            String[] parts = Files.readString(file).trim().split(" ");
            return parts.length == 2 && (parts[0] + parts[1]).matches("[0-9]{2,38}")
                    ? Optional.of(new SpoolPosition(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    void write(Path file) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(beside, inode + " " + offset + "\n");
            Files.move(beside, file, ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}

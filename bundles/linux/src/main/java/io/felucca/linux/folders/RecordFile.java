package io.felucca.linux.folders;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A record in one file that is replaced whole: whoever looks, also after a crash of the engine, finds the old or the new
 * one. Only the engine reads it. Thread-safe for different files. Errors everywhere: SYSTEM, naming the file.
 */
public final class RecordFile {

    private static final FileAttribute<?> PASS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private RecordFile() {}

    /** Makes a folder that others may pass, as a user namespace must, and that lists nothing to them. */
    public static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder, PASS);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * @param durable whether its content is on the disk before it takes the old one's place, so that a crash of the
     *     machine, too, leaves one of the two; that the new one has it is sure once the folder is {@link #sync}ed
     */
    public static void replace(Path file, byte[] content, boolean durable) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel out = FileChannel.open(beside, Set.of(WRITE, CREATE, TRUNCATE_EXISTING), PRIVATE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                if (durable) {
                    out.force(true);
                }
            }
            Files.move(beside, file, ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e, e);
        }
    }

    /** Brings a file, or the names in a folder, to the disk; of one that is gone nothing is left to be kept. */
    public static void sync(Path path) {
        try (FileChannel channel = FileChannel.open(path, READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw FeluccaException.system("cannot bring " + path + " to the disk: " + e, e);
        }
    }
}

package io.felucca.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** One file being written. */
final class FileWriting implements Receiving {

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final String path;
    private final Path place;
    private final Path beside;
    private final OutputStream out;

    FileWriting(String path, Path place) throws IOException {
        this.path = path;
        this.place = place;
        if (Files.isDirectory(place)) {
            throw new FileSystemException(path, null, "is a directory");
        }
        boolean special = Files.isSymbolicLink(place) || Files.exists(place) && !Files.isRegularFile(place);
        this.beside = special ? null : besideOf(place);
        this.out = special
                ? Files.newOutputStream(place, StandardOpenOption.WRITE)
                : Files.newOutputStream(
                        Files.createFile(beside, PosixFilePermissions.asFileAttribute(OWNER)),
                        StandardOpenOption.WRITE);
    }

    private static Path besideOf(Path place) throws IOException {
        if (Files.exists(place) && !Files.isWritable(place)) {
            throw new AccessDeniedException(place.toString());
        }
        return place.resolveSibling(
                ".tmp-" + place.getFileName() + ProcessHandle.current().pid());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        out.write(bytes.array(), bytes.position(), bytes.remaining());
    }

    @Override
    public void finish() throws IOException {
        if (beside == null) {
            out.close();
            return;
        }
        out.close();
        try (FileChannel synced = FileChannel.open(beside, StandardOpenOption.WRITE)) {
            synced.force(true);
        }
        Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void abandon() {
        try {
            out.close();
            if (beside != null) {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            System.err.println("felucca: " + GoWords.reason("remove " + beside, e));
        }
    }
}

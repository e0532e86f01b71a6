package io.felucca.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The user's files that the engine asks for. Only a path that the user gave is opened: a word, what follows the first
 * {@code =} of a word, what follows the letter of a short option ({@code -oFILE}), and for {@code cp} what follows the
 * first {@code :}. A file for writing is written beside its place and renamed when the engine closes it, so that a
 * command that fails leaves what was there; a device, a pipe or a link is written as it is.
 */
final class UserFiles {

    private final String[] words;
    private final Frames frames;
    private final Map<Integer, Reading> readings = new HashMap<>();
    private final Map<Integer, Writing> writings = new HashMap<>();

    UserFiles(String[] words, Frames frames) {
        this.words = words;
        this.frames = frames;
    }

    /** True when the user's words name this path. */
    boolean named(String path) {
        boolean copies = false;
        for (String word : words) {
            copies |= word.equals("cp");
            if (word.equals(path)
                    || word.endsWith("=" + path) && word.indexOf('=') == word.length() - path.length() - 1) {
                return true;
            }
            if (copies && word.endsWith(":" + path) && word.indexOf(':') == word.length() - path.length() - 1) {
                return true;
            }
            if (word.length() > 2
                    && word.charAt(0) == '-'
                    && word.charAt(1) != '-'
                    && word.substring(2).equals(path)) {
                return true;
            }
        }
        return false;
    }

    void openRead(int id, String path) throws IOException {
        try {
            Path file = check(path);
            if (Files.isDirectory(file)) {
                throw new FileSystemException(path, null, "is a directory");
            }
            readings.put(id, new Reading(id, path, Files.newInputStream(file), frames));
        } catch (IOException | InvalidPathException e) {
            fail(id, "open " + path, e);
        }
    }

    void openWrite(int id, String path) throws IOException {
        try {
            writings.put(id, new Writing(path, check(path)));
            frames.send(Frames.FILE_OK, id, ByteBuffer.allocate(0));
        } catch (IOException | InvalidPathException e) {
            fail(id, "open " + path, e);
        }
    }

    void want(int id, long bytes) {
        Reading reading = readings.get(id);
        if (reading != null) {
            reading.want(bytes);
        }
    }

    /** @return false when this file cannot be written any more; the engine has been told */
    boolean write(int id, ByteBuffer bytes) throws IOException {
        Writing writing = writings.get(id);
        if (writing == null) {
            return false;
        }
        try {
            writing.out.write(bytes.array(), bytes.position(), bytes.remaining());
            return true;
        } catch (IOException e) {
            writings.remove(id).abandon();
            fail(id, "write " + writing.path, e);
            return false;
        }
    }

    /** @return false when what was written could not be put in its place; the user has been told */
    boolean close(int id) throws IOException {
        Reading reading = readings.remove(id);
        if (reading != null) {
            reading.end();
        }
        Writing writing = writings.remove(id);
        if (writing == null) {
            return true;
        }
        try {
            writing.finish();
            return true;
        } catch (IOException e) {
            writing.abandon();
            fail(id, "close " + writing.path, e);
            System.err.println(reason("close " + writing.path, e));
            return false;
        }
    }

    /** The command is over: files that were not closed never come to be. */
    void abandon() {
        for (Iterator<Writing> left = writings.values().iterator(); left.hasNext(); ) {
            left.next().abandon();
        }
        writings.clear();
    }

    private Path check(String path) throws IOException {
        if (!named(path)) {
            throw new FileSystemException(path, null, "not a path that was given to this command");
        }
        return Paths.get(path);
    }

    private void fail(int id, String what, Exception e) throws IOException {
        frames.send(Frames.FILE_ERROR, id, ByteBuffer.wrap(reason(what, e).getBytes(StandardCharsets.UTF_8)));
    }

    /** In Go's words, which Docker's users know. */
    private static String reason(String what, Exception e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (e instanceof NoSuchFileException) {
            reason = "no such file or directory";
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (reason == null) {
            reason = e.getClass().getSimpleName();
        }
        boolean capital = reason.length() > 1
                && Character.isUpperCase(reason.charAt(0))
                && Character.isLowerCase(reason.charAt(1));
        return what + ": " + (capital ? Character.toLowerCase(reason.charAt(0)) + reason.substring(1) : reason);
    }

    /** Sends one file, as far as the engine asks. */
    private static final class Reading extends Thread {

        private static final int CHUNK = Frames.MAX_PAYLOAD - 2;

        private final int id;
        private final String path;
        private final InputStream in;
        private final Frames frames;
        private final Credit credit = new Credit();
        private boolean begun;

        Reading(int id, String path, InputStream in, Frames frames) {
            super("felucca-file-" + id);
            setDaemon(true);
            this.id = id;
            this.path = path;
            this.in = in;
            this.frames = frames;
        }

        void want(long bytes) {
            credit.add(bytes);
            if (!begun) {
                begun = true;
                start();
            }
        }

        void end() throws IOException {
            credit.close();
            if (!begun) {
                in.close();
            }
        }

        @Override
        public void run() {
            byte[] chunk = new byte[CHUNK];
            try (InputStream file = in) {
                while (true) {
                    int wanted = credit.take(CHUNK);
                    if (wanted == 0) {
                        return;
                    }
                    int count;
                    try {
                        count = file.read(chunk, 0, wanted);
                    } catch (IOException e) {
                        byte[] text = reason("read " + path, e).getBytes(StandardCharsets.UTF_8);
                        frames.send(Frames.FILE_ERROR, id, ByteBuffer.wrap(text));
                        return;
                    }
                    if (count < 0) {
                        frames.send(Frames.FILE_EOF, id, ByteBuffer.allocate(0));
                        return;
                    }
                    credit.giveBack(wanted - count);
                    frames.send(Frames.FILE_DATA, id, ByteBuffer.wrap(chunk, 0, count));
                }
            } catch (IOException e) {
                credit.close(); // the receiving side tells that the connection broke
            }
        }
    }

    /** One file being written. */
    private static final class Writing {

        private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

        private final String path;
        private final Path place;
        private final Path beside;
        private final OutputStream out;

        Writing(String path, Path place) throws IOException {
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

        void finish() throws IOException {
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

        void abandon() {
            try {
                out.close();
                if (beside != null) {
                    Files.deleteIfExists(beside);
                }
            } catch (IOException e) {
                System.err.println("felucca: " + reason("remove " + beside, e));
            }
        }
    }
}

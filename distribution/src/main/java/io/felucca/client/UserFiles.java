package io.felucca.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The user's files that the engine asks for. Only a path that the user gave is opened: a word, what follows the first
 * {@code =} of a word, what follows the letter of a short option ({@code -oFILE}), and for {@code cp} what follows the
 * first {@code :}. A file for writing is written beside its place and renamed when the engine closes it, so that a
 * command that fails leaves what was there; a device, a pipe or a link is written as it is.
 */
final class UserFiles {

    private final String[] words;
    private final Frames frames;
    private final Map<Integer, FileReading> readings = new HashMap<>();
    private final Map<Integer, FileWriting> writings = new HashMap<>();

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
            readings.put(id, new FileReading(id, path, Files.newInputStream(file), frames));
        } catch (IOException | InvalidPathException e) {
            fail(id, "open " + path, e);
        }
    }

    void openWrite(int id, String path) throws IOException {
        try {
            writings.put(id, new FileWriting(path, check(path)));
            frames.send(Frames.FILE_OK, id, ByteBuffer.allocate(0));
        } catch (IOException | InvalidPathException e) {
            fail(id, "open " + path, e);
        }
    }

    void want(int id, long bytes) {
        FileReading reading = readings.get(id);
        if (reading != null) {
            reading.want(bytes);
        }
    }

    /** @return false when this file cannot be written any more; the engine has been told */
    boolean write(int id, ByteBuffer bytes) throws IOException {
        FileWriting writing = writings.get(id);
        if (writing == null) {
            return false;
        }
        try {
            writing.write(bytes);
            return true;
        } catch (IOException e) {
            writings.remove(id).abandon();
            fail(id, "write " + writing.path(), e);
            return false;
        }
    }

    /** @return false when what was written could not be put in its place; the user has been told */
    boolean close(int id) throws IOException {
        FileReading reading = readings.remove(id);
        if (reading != null) {
            reading.end();
        }
        FileWriting writing = writings.remove(id);
        if (writing == null) {
            return true;
        }
        try {
            writing.finish();
            return true;
        } catch (IOException e) {
            writing.abandon();
            fail(id, "close " + writing.path(), e);
            System.err.println(GoWords.reason("close " + writing.path(), e));
            return false;
        }
    }

    /** The command is over: files that were not closed never come to be. */
    void abandon() {
        for (Iterator<FileWriting> left = writings.values().iterator(); left.hasNext(); ) {
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
        frames.send(
                Frames.FILE_ERROR, id, ByteBuffer.wrap(GoWords.reason(what, e).getBytes(StandardCharsets.UTF_8)));
    }
}

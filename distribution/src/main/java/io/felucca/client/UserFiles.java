package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.ByteArrayInputStream;
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
import java.util.List;
import java.util.Map;

/**
 * The user's files that the engine asks for. Only a path that the user gave is opened: a word, what follows the first
 * {@code =} of a word, what follows the letter of a short option ({@code -oFILE}), for {@code cp} what follows the first
 * {@code :}, and for {@code build} what follows {@code src=} or {@code id=} in a field of a secret, or
 * {@code dest=} in one of an output. A file for writing is
 * written beside its place and renamed when the engine closes it, so that a command that fails leaves what was there; a
 * device, a pipe or a link is written as it is.
 */
final class UserFiles {

    private final String[] words;
    private final Frames frames;
    private final Map<Integer, Sending> readings = new HashMap<>();
    private final Map<Integer, Receiving> writings = new HashMap<>();

    UserFiles(String[] words, Frames frames) {
        this.words = words;
        this.frames = frames;
    }

    /** True when the user's words name this path. */
    boolean named(String path) {
        boolean copies = false;
        boolean builds = false;
        for (String word : words) {
            copies |= word.equals("cp");
            builds |= word.equals("build");
            if (builds && isField(word, path)) {
                return true;
            }
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

    /**
     * {@code --secret=id=name,src=path} and {@code --output=type=tar,dest=path}; a secret without a source may be a file
     * that is called like its id.
     */
    private static boolean isField(String word, String path) {
        String fields = word.replaceFirst("^(--secret=|--output=|-o)", "");
        for (String field : fields.split(",")) {
            for (String key : List.of("src=", "source=", "id=", "dest=")) {
                if (field.equals(key + path)) {
                    return true;
                }
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

    /** An SSH agent, which the user's words name with {@code --ssh}. */
    void openAgent(int id, String sources) throws IOException {
        try {
            if (!agentNamed(sources)) {
                throw new IOException("not an agent that was given to this command: " + sources);
            }
            AgentForwarding agent = new AgentForwarding(id, SshAgent.open(sources, System.getenv()), frames);
            readings.put(id, agent);
            writings.put(id, agent);
            frames.send(FrameTypes.FILE_OK, id, ByteBuffer.allocate(0));
        } catch (IOException | InvalidPathException e) {
            frames.send(
                    FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(e.getMessage().getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** {@code --ssh ID=SOURCES}, {@code --ssh ID} and both with {@code =} after the option. */
    boolean agentNamed(String sources) {
        for (int i = 0; i < words.length; i++) {
            boolean before = words[i].equals("--ssh") && i + 1 < words.length;
            if (before || words[i].startsWith("--ssh=")) {
                String[] idAndSources = (before ? words[i + 1] : words[i].substring("--ssh=".length())).split("=", 2);
                if (sources.equals(idAndSources.length < 2 ? "" : idAndSources[1])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A login that the engine asks for: the answer goes as a file does. */
    void login(int id, String request) throws IOException {
        try {
            byte[] answer = new Logins(System.getenv(), words).answer(request).getBytes(StandardCharsets.UTF_8);
            readings.put(id, new FileReading(id, "login", new ByteArrayInputStream(answer), frames));
        } catch (IOException e) {
            frames.send(
                    FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(e.getMessage().getBytes(StandardCharsets.UTF_8)));
        }
    }

    void openWrite(int id, String path) throws IOException {
        try {
            writings.put(id, new FileWriting(path, check(path)));
            frames.send(FrameTypes.FILE_OK, id, ByteBuffer.allocate(0));
        } catch (IOException | InvalidPathException e) {
            fail(id, "open " + path, e);
        }
    }

    /** A file or a folder that is read as an archive. */
    void openTree(int id, boolean followLink, String path) throws IOException {
        try {
            requireNamed(path);
            TreeFacts facts = TreeFacts.source(path, followLink);
            readings.put(id, new TreeReading(id, facts, frames));
            tellTree(id, facts);
        } catch (IOException | InvalidPathException e) {
            fail(id, e);
        }
    }

    /** A place that an archive is unpacked to. */
    void makeTree(int id, String path) throws IOException {
        try {
            requireNamed(path);
            TreeFacts facts = TreeFacts.target(path);
            writings.put(id, new TreeWriting(path, facts));
            tellTree(id, facts);
        } catch (IOException | InvalidPathException e) {
            fail(id, e);
        }
    }

    private void tellTree(int id, TreeFacts facts) throws IOException {
        frames.send(FrameTypes.TREE, id, ByteBuffer.wrap(new byte[] {facts.flags()}));
    }

    /** @param name the rest of the buffer */
    void nameTree(int id, boolean takesPlace, ByteBuffer name) {
        byte[] bytes = new byte[name.remaining()];
        name.get(bytes);
        if (readings.get(id) instanceof TreeReading tree) {
            tree.rename(bytes);
        } else if (writings.get(id) instanceof TreeWriting tree) {
            if (takesPlace) {
                tree.takePlace();
            } else {
                tree.rename(bytes);
            }
        }
    }

    /** @param ignored whether the rest of the buffer is of a .dockerignore, not of names */
    void selectTree(int id, boolean ignored, ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        if (readings.get(id) instanceof TreeReading tree) {
            tree.select(ignored, bytes);
        }
    }

    void want(int id, long bytes) {
        Sending reading = readings.get(id);
        if (reading != null) {
            reading.want(bytes);
        }
    }

    /** @return false when this file cannot be written any more; the engine has been told */
    boolean write(int id, ByteBuffer bytes) throws IOException {
        Receiving writing = writings.get(id);
        if (writing == null) {
            return false;
        }
        try {
            writing.write(bytes);
            return true;
        } catch (IOException e) {
            writings.remove(id).abandon();
            if (writing instanceof TreeWriting) {
                fail(id, e);
            } else {
                fail(id, "write " + writing.path(), e);
            }
            return false;
        }
    }

    /** @return false when what was written could not be put in its place; the user has been told */
    boolean close(int id) throws IOException {
        Sending reading = readings.remove(id);
        if (reading != null) {
            reading.end();
        }
        Receiving writing = writings.remove(id);
        if (writing == null) {
            return true;
        }
        try {
            writing.finish();
            if (writing instanceof TreeWriting) {
                frames.send(FrameTypes.FILE_OK, id, ByteBuffer.allocate(0));
            }
            return true;
        } catch (IOException e) {
            writing.abandon();
            if (writing instanceof TreeWriting) {
                fail(id, e);
                return false;
            }
            fail(id, "close " + writing.path(), e);
            System.err.println(GoWords.reason("close " + writing.path(), e));
            return false;
        }
    }

    /** The command is over: files that were not closed never come to be. */
    void abandon() {
        for (Iterator<Receiving> left = writings.values().iterator(); left.hasNext(); ) {
            left.next().abandon();
        }
        writings.clear();
    }

    private Path check(String path) throws IOException {
        requireNamed(path);
        return Paths.get(path);
    }

    private void requireNamed(String path) throws IOException {
        if (!named(path)) {
            throw new FileSystemException(path, null, "not a path that was given to this command");
        }
    }

    private void fail(int id, String what, Exception e) throws IOException {
        frames.send(FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(GoWords.bytes(what, e)));
    }

    /** For a tree, whose errors name the file themselves. */
    private void fail(int id, Exception e) throws IOException {
        String file = e instanceof FileSystemException named ? "open " + named.getFile() : null;
        byte[] text = file == null ? e.getMessage().getBytes(StandardCharsets.UTF_8) : GoWords.bytes(file, e);
        frames.send(FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(text));
    }
}

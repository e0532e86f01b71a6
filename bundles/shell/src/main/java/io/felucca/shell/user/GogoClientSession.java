package io.felucca.shell.user;

import io.felucca.builder.Builder.SshAgent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A user who sits in a Gogo shell of the engine's own JVM: the streams are Gogo's, the files are the engine's, and there
 * is no terminal.
 */
public final class GogoClientSession implements ClientSession {

    private static final Ending NOTHING = () -> {};

    private final Path directory;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    /** @param directory that relative paths start from */
    public GogoClientSession(Path directory, InputStream in, PrintStream out, PrintStream err) {
        this.directory = directory;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public boolean isTerminal(Stream stream) {
        return false;
    }

    @Override
    public Size size() {
        return new Size(80, 24);
    }

    @Override
    public String terminalType() {
        return "";
    }

    @Override
    public String directory() {
        return directory.toAbsolutePath().toString();
    }

    /** The engine's environment is nobody's business. */
    @Override
    public Optional<String> variable(String name) {
        return Optional.empty();
    }

    @Override
    public Ending onResize(Consumer<Size> handler) {
        return NOTHING;
    }

    @Override
    public Ending onSignal(Consumer<String> handler) {
        return NOTHING;
    }

    @Override
    public Ending onGone(Runnable action) {
        return NOTHING;
    }

    @Override
    public Ending rawMode() {
        return NOTHING;
    }

    @Override
    public InputStream openRead(String path) throws IOException {
        try {
            Path file = directory.resolve(path);
            if (Files.isDirectory(file)) {
                throw new IOException("read " + path + ": is a directory");
            }
            return Files.newInputStream(file);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw inGoWords(path, e);
        }
    }

    @Override
    public OutputStream openWrite(String path) throws IOException {
        try {
            return Files.newOutputStream(directory.resolve(path));
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw inGoWords(path, e);
        }
    }

    @Override
    public UserTree openTree(String path, boolean followLink) throws IOException {
        throw noTrees();
    }

    @Override
    public UserTree makeTree(String path) throws IOException {
        throw noTrees();
    }

    @Override
    public SshAgent openAgent(String sources) throws IOException {
        throw new IOException("agents are reached by the felucca program: use felucca build");
    }

    @Override
    public UserLogins logins() {
        return UserLogins.NONE;
    }

    /** Whoever sits at the engine's own shell has its files as they are. */
    private static IOException noTrees() {
        return new IOException("files are copied by the felucca program: here give - for a tar archive");
    }

    private static IOException inGoWords(String path, IOException e) {
        String reason = e instanceof NoSuchFileException ? "no such file or directory" : "permission denied";
        return new IOException("open " + path + ": " + reason, e);
    }
}

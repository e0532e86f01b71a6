package io.felucca.shell.user;

import io.felucca.builder.Builder.SshAgent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is at the user's side of a command: streams, the terminal, signals and files. Commands reach nothing of the user
 * but through it. It is the session variable {@value #KEY}; without one the user sits at the engine itself.
 */
public interface ClientSession {

    /** The Gogo session variable that holds it. */
    String KEY = "felucca.user";

    /** The standard streams. */
    enum Stream {
        IN,
        OUT,
        ERR
    }

    /** A terminal's size. */
    record Size(int columns, int rows) {}

    /** Ends what was begun: a handler, raw mode. Closing twice does nothing. */
    interface Ending extends AutoCloseable {
        @Override
        void close();
    }

    InputStream in();

    PrintStream out();

    PrintStream err();

    boolean isTerminal(Stream stream);

    Size size();

    /** The TERM of the user's environment, or empty. */
    String terminalType();

    /** The working directory, which relative paths start from: absolute, as the user's side writes it. */
    String directory();

    /** A variable of the user's environment, as far as the user's words name it. */
    Optional<String> variable(String name);

    /** Hands changes of the terminal's size on, on a thread of the caller's that must not be blocked. */
    Ending onResize(Consumer<Size> handler);

    /**
     * Hands signals on by name, such as {@code INT}, instead of letting them end the command. Runs on a thread that must
     * not be blocked.
     */
    Ending onSignal(Consumer<String> handler);

    /**
     * Runs an action once when the user has left: the connection is lost, or a signal that nothing handles ended the
     * command at the user's side. The engine's work goes on unless the action ends it. At once when it is so already.
     */
    Ending onGone(Runnable action);

    /** Puts the terminal into raw mode until closed. */
    Ending rawMode();

    /**
     * Opens a file as the user, relative to the user's working directory.
     *
     * @throws IOException with Go's text: {@code open x.tar: no such file or directory}
     */
    InputStream openRead(String path) throws IOException;

    /** Creates or truncates a file as the user; for errors see {@link #openRead}. */
    OutputStream openWrite(String path) throws IOException;

    /**
     * Opens a file or a folder of the user's to be read as an archive.
     *
     * @param followLink when it is a link, what it leads to is read
     * @throws IOException with Go's text: {@code lstat /x: no such file or directory}
     */
    UserTree openTree(String path, boolean followLink) throws IOException;

    /** Opens a place at the user's side that an archive is unpacked to; for errors see {@link #openTree}. */
    UserTree makeTree(String path) throws IOException;

    /**
     * An SSH agent of the user's, until the command ends.
     *
     * @param sources the path of its socket, or those of private keys with commas between them; empty for the agent of
     *     the user's SSH_AUTH_SOCK
     * @throws IOException with BuildKit's text
     */
    SshAgent openAgent(String sources) throws IOException;

    /** The user's logins at registries. */
    UserLogins logins();
}

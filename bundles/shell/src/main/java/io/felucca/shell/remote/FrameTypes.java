package io.felucca.shell.remote;

/**
 * The protocol {@code felucca-command} between the felucca program and the engine's command server.
 *
 * <p><b>Opening.</b> {@code POST /felucca/command HTTP/1.1} with {@code Host: felucca}, {@code Connection: Upgrade},
 * {@code Upgrade: felucca-command} and no body, on the socket that serves the Docker API. The answer is {@code 101}; any
 * other answer has the body {@code {"message": "…"}}, which the program prints before it ends with 125. After 101 both
 * sides send frames: type (1 byte), length of the payload (4 bytes, big-endian), payload (64 KiB at most).
 *
 * <p><b>Program to engine</b>: {@link #START} once and first, then {@link #STDIN}, {@link #STDIN_EOF}, {@link #SIGNAL},
 * {@link #RESIZE}, {@link #FILE_DATA}, {@link #FILE_EOF}, {@link #FILE_ERROR}, {@link #FILE_OK},
 * {@link #TREE}.
 *
 * <p><b>Engine to program</b>: {@link #STDOUT}, {@link #STDERR}, {@link #EXIT} last, {@link #WANT_STDIN},
 * {@link #TTY_RAW}, {@link #OPEN_READ}, {@link #OPEN_WRITE}, {@link #WANT_FILE}, {@link #FILE_WRITE},
 * {@link #FILE_CLOSE}, {@link #OPEN_TREE}, {@link #MAKE_TREE}, {@link #NAME_TREE}, {@link #LOGIN},
 * {@link #SELECT_TREE}, {@link #OPEN_AGENT}.
 *
 * <p><b>Credit.</b> The program reads the user's stdin, and files that it opened for reading, only as far as the engine
 * has asked: a command that does not read never eats the user's input. Output has no credit; the socket holds it back.
 *
 * <p><b>Files.</b> The engine chooses an id for each file, and may name only paths that the user gave as a word;
 * the program opens them as the user, relative to its own working directory.
 *
 * <p>The values are constants that the compiler copies: the program has this class only when it is built.
 */
public final class FrameTypes {

    private FrameTypes() {}

    /** Largest payload, in bytes. */
    public static final int MAX_PAYLOAD = 65_536;

    // From the program.

    /**
     * JSON in UTF-8: {@code {"words":["run","busybox"],"cwd":"/home/u","term":"xterm","lang":"C.UTF-8","stdinTty":true,
     * "stdoutTty":true,"stderrTty":true,"columns":80,"rows":24,"env":{"A":"1"}}}; of the environment only what a word's
     * end names.
     */
    public static final int START = 1;
    /** Bytes of the user's stdin, within credit. */
    public static final int STDIN = 2;
    /** The user's stdin has ended. Empty. */
    public static final int STDIN_EOF = 3;
    /** A signal that the program got, named without SIG: {@code INT}. */
    public static final int SIGNAL = 4;
    /** The terminal's new size: columns, rows, 2 bytes each. */
    public static final int RESIZE = 5;
    /** Bytes of a file opened for reading, within credit: id (2 bytes), bytes. */
    public static final int FILE_DATA = 6;
    /** A file opened for reading has ended: id. */
    public static final int FILE_EOF = 7;
    /** A file could not be opened, read, written or closed: id, text such as {@code open x.tar: no such file or directory}. */
    public static final int FILE_ERROR = 8;
    /** A file asked for writing is open: id. */
    public static final int FILE_OK = 9;
    /** A tree is open: id, 1 byte with the bits 1 it is there, 2 it is a folder, 4 the word means a folder. */
    public static final int TREE = 10;

    // From the engine.

    /** Bytes for the user's stdout. */
    public static final int STDOUT = 17;
    /** Bytes for the user's stderr. */
    public static final int STDERR = 18;
    /** The exit code (4 bytes). The last frame. */
    public static final int EXIT = 19;
    /** More credit for stdin, in bytes (4 bytes). */
    public static final int WANT_STDIN = 20;
    /** Puts the user's terminal in raw mode (1) or back (0): 1 byte. */
    public static final int TTY_RAW = 21;
    /** Opens a file for reading: id, path. */
    public static final int OPEN_READ = 22;
    /** Opens a file for writing, which appears whole at {@link #FILE_CLOSE}: id, path. */
    public static final int OPEN_WRITE = 23;
    /** More credit for a file opened for reading: id, bytes (4 bytes). */
    public static final int WANT_FILE = 24;
    /** Bytes for a file opened for writing: id, bytes. */
    public static final int FILE_WRITE = 25;
    /**
     * Closes a file: id. One opened for writing takes its place now; without this frame it never does. A tree answers
     * with {@link #FILE_OK}.
     */
    public static final int FILE_CLOSE = 26;
    /** Opens a file or a folder to be read as a tar archive: id, 1 to follow a link that it is or 0 (1 byte), path. */
    public static final int OPEN_TREE = 27;
    /** Opens a place that a tar archive is unpacked to: id, path. */
    public static final int MAKE_TREE = 28;
    /**
     * Before the first byte of a tree: id, 0 and the name that the members begin with instead of their own, or, for one
     * that is written, 1: what comes takes the place's name.
     */
    public static final int NAME_TREE = 29;
    /**
     * Asks for logins at registries: id, then fields with a NUL between them: {@code get} and the server, {@code store},
     * the server, a name and a secret, or {@code erase} and the server. The answer is read as a file that was opened for
     * reading: for {@code get} the name, NUL, and the secret, or nothing; for {@code store} the file that has them
     * unencrypted, or nothing.
     */
    public static final int LOGIN = 30;

    /**
     * Before the first byte of a tree that is read, once or more, a piece each of: id, 0 and the names of the files and
     * folders that are sent alone, a line each, or 1 and the text of a .dockerignore.
     */
    public static final int SELECT_TREE = 31;

    /**
     * Opens an SSH agent of the user's: id, the path of its socket or those of private keys with commas between them;
     * nothing for the agent of SSH_AUTH_SOCK. The answer is {@link #FILE_OK}. A request goes to it as {@link #FILE_WRITE},
     * its answer comes as {@link #FILE_DATA}, both with their lengths, as the agent protocol has them; the next request
     * comes after the answer.
     */
    public static final int OPEN_AGENT = 32;
}

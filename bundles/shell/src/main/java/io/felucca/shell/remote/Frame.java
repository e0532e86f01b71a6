package io.felucca.shell.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame of the command protocol: one byte of type, four of length (big-endian), and at most {@value #MAX_PAYLOAD}
 * bytes of payload. The felucca program's {@code Frames} says what each type carries.
 *
 * @param payload good until the next frame is read
 */
record Frame(int type, ByteBuffer payload) {

    static final int MAX_PAYLOAD = 64 * 1024;

    // From the client.
    static final int START = 1;
    static final int STDIN = 2;
    static final int STDIN_EOF = 3;
    static final int SIGNAL = 4;
    static final int RESIZE = 5;
    static final int FILE_DATA = 6;
    static final int FILE_EOF = 7;
    static final int FILE_ERROR = 8;
    static final int FILE_OK = 9;
    static final int TREE = 10;

    // From the engine.
    static final int STDOUT = 17;
    static final int STDERR = 18;
    static final int EXIT = 19;
    static final int WANT_STDIN = 20;
    static final int TTY_RAW = 21;
    static final int OPEN_READ = 22;
    static final int OPEN_WRITE = 23;
    static final int WANT_FILE = 24;
    static final int FILE_WRITE = 25;
    static final int FILE_CLOSE = 26;
    static final int OPEN_TREE = 27;
    static final int MAKE_TREE = 28;
    static final int NAME_TREE = 29;
    static final int LOGIN = 30;
    static final int SELECT_TREE = 31;
    static final int OPEN_AGENT = 32;

    String text() {
        return text(payload.duplicate());
    }

    /** The file that a FILE_ frame is about. */
    int fileId() {
        return Short.toUnsignedInt(payload.getShort(0));
    }

    /** What follows the file's id. */
    ByteBuffer fileBytes() {
        return payload.duplicate().position(2);
    }

    String fileText() {
        return text(fileBytes());
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}

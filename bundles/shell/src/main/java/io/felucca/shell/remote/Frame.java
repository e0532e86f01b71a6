package io.felucca.shell.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame of the command protocol.
 *
 * @param type of {@link FrameTypes}
 * @param payload good until the next frame is read
 */
record Frame(int type, ByteBuffer payload) {

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

package io.felucca.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What the engine writes to the user's files. */
interface Receiving {

    /** As the user named it. */
    String path();

    void write(ByteBuffer bytes) throws IOException;

    /** All has come: it is put in its place. */
    void finish() throws IOException;

    /** It never comes to be, as far as that can still be. */
    void abandon();
}

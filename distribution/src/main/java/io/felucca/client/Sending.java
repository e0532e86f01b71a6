package io.felucca.client;

import java.io.IOException;

/** What the engine reads of the user's files. */
interface Sending {

    /** Lets more bytes go. */
    void want(long bytes);

    /** The engine wants no more. */
    void end() throws IOException;
}

package io.felucca.shell.remote;

import java.io.IOException;

/** A file or tree at the user's side, as the thread that reads frames sees it. */
interface RemoteFile {

    /** Takes a frame about it. */
    void accept(Frame frame) throws IOException;

    /** The user is gone. */
    void fail(IOException reason);
}

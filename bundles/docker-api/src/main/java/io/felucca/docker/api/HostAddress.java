package io.felucca.docker.api;

import io.felucca.FeluccaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where to listen, in the form of dockerd's {@code --host}.
 *
 * @param socket path of a Unix socket
 */
record HostAddress(Path socket) {

    /** Room for a path in sockaddr_un with its closing zero (unix(7)). */
    static final int MAX_PATH_BYTES = 107;

    /** @throws FeluccaException INVALID for what is no address, UNSUPPORTED for TCP */
    static HostAddress parse(String text) {
        String path = text;
        if (text.startsWith("unix://")) {
            path = text.substring("unix://".length());
        } else if (text.startsWith("tcp://") || text.startsWith("fd://") || text.startsWith("npipe://")) {
            throw FeluccaException.unsupported("cannot listen on " + text
                    + ": only unix:// addresses are supported; give --host unix:///path/to/felucca.sock");
        }
        if (!path.startsWith("/")) {
            throw FeluccaException.invalid("invalid host " + text + ": give --host unix:///path/to/felucca.sock");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw FeluccaException.invalid("cannot listen on " + text + ": a Unix socket's path has at most "
                    + MAX_PATH_BYTES + " bytes; choose a shorter one");
        }
        return new HostAddress(Path.of(path).normalize());
    }

    @Override
    public String toString() {
        return "unix://" + socket;
    }
}

package io.felucca.docker.api.listen;

import io.felucca.FeluccaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where to listen, in the form of dockerd's {@code --host}. */
public interface HostAddress {

    /** Room for a path in sockaddr_un with its closing zero (unix(7)). */
    int MAX_PATH_BYTES = 107;

    /** dockerd's ports, without and with TLS. */
    int PORT = 2375;

    int TLS_PORT = 2376;

    /** A Unix socket by its path. */
    record Unix(Path socket) implements HostAddress {
        @Override
        public String toString() {
            return "unix://" + socket;
        }
    }

    /** An address or a name of this machine, and a port. */
    record Tcp(String host, int port) implements HostAddress {
        @Override
        public String toString() {
            return "tcp://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /**
     * @param tls decides about the port that is not given
     * @throws FeluccaException INVALID for what is no address, UNSUPPORTED for a kind of Docker's that is not here
     */
    static HostAddress parse(String text, boolean tls) {
        if (text.startsWith("tcp://")) {
            return tcp(text, text.substring("tcp://".length()), tls ? TLS_PORT : PORT);
        }
        if (text.startsWith("fd://") || text.startsWith("npipe://")) {
            throw FeluccaException.unsupported("cannot listen on " + text
                    + ": only unix:// and tcp:// addresses are supported; give --host unix:///path/to/felucca.sock");
        }
        String path = text.startsWith("unix://") ? text.substring("unix://".length()) : text;
        if (!path.startsWith("/")) {
            throw FeluccaException.invalid("invalid host " + text + ": give --host unix:///path/to/felucca.sock");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw FeluccaException.invalid("cannot listen on " + text + ": a Unix socket's path has at most "
                    + MAX_PATH_BYTES + " bytes; choose a shorter one");
        }
        return new Unix(Path.of(path).normalize());
    }

    private static Tcp tcp(String text, String rest, int otherwise) {
        int colon = rest.lastIndexOf(':');
        boolean withPort = colon >= 0 && colon > rest.lastIndexOf(']');
        String host = (withPort ? rest.substring(0, colon) : rest).replaceAll("[\\[\\]]", "");
        try {
            int port = withPort ? Integer.parseInt(rest.substring(colon + 1)) : otherwise;
            if (port >= 0 && port <= 65_535 && host.indexOf('/') < 0) {
                return new Tcp(host.isEmpty() ? "127.0.0.1" : host, port);
            }
        } catch (NumberFormatException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "invalid bind address: " + text, e);
        }
        throw FeluccaException.invalid("invalid bind address: " + text);
    }
}

package io.felucca.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import javax.net.ssl.SSLException;

/**
 * Where the engine listens: {@code unix:///run/felucca.sock}, a plain path, or {@code tcp://host:port}.
 *
 * @param text as it was given
 * @param address parsed
 */
record EngineAddress(String text, SocketAddress address) {

    private static final String FALLBACK = "unix:///run/felucca.sock";

    /** From {@code -H}, FELUCCA_HOST, DOCKER_HOST, in this order; each may be null or empty. */
    static EngineAddress choose(String option, String feluccaHost, String dockerHost) {
        if (option != null && !option.isEmpty()) {
            return parse(option);
        }
        if (feluccaHost != null && !feluccaHost.isEmpty()) {
            return parse(feluccaHost);
        }
        return parse(dockerHost != null && !dockerHost.isEmpty() ? dockerHost : FALLBACK);
    }

    private static EngineAddress parse(String text) {
        if (text.startsWith("/")) {
            return new EngineAddress("unix://" + text, UnixDomainSocketAddress.of(text));
        }
        if (text.startsWith("unix://")) {
            return new EngineAddress(text, UnixDomainSocketAddress.of(text.substring("unix://".length())));
        }
        if (text.startsWith("tcp://")) {
            String rest = text.substring("tcp://".length());
            int colon = rest.lastIndexOf(':');
            try {
                String name = rest.substring(0, Math.max(colon, 0));
                int port = Integer.parseInt(rest.substring(colon + 1));
                return new EngineAddress(text, new InetSocketAddress(name.isEmpty() ? "127.0.0.1" : name, port));
            } catch (IllegalArgumentException e) {
                throw new ClientException(125, "unable to parse docker host `" + text + "`");
            }
        }
        throw new ClientException(
                125, "unable to parse docker host `" + text + "`: write unix:///PATH or tcp://HOST:PORT");
    }

    /** @param tls null for a connection as it is; a Unix socket always is */
    ByteChannel connect(Tls tls) throws IOException {
        if (tls != null && address instanceof InetSocketAddress inet) {
            return new SocketBytes(tls.connect(inet.getHostString(), inet.getPort()));
        }
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            channel.connect(address);
            return channel;
        } catch (UnresolvedAddressException e) {
            channel.close();
            throw new IOException("no such host", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** What to tell the user when {@link #connect} failed. */
    String complaint(IOException failed) {
        if (address instanceof UnixDomainSocketAddress unix) {
            Path path = unix.getPath();
            boolean denied = failed.getMessage() != null && failed.getMessage().contains("Permission denied");
            if (denied || (Files.exists(path) && !Files.isWritable(path))) {
                return "permission denied while trying to connect to the Felucca engine socket at " + text
                        + ": ask for membership of the group that the engine was started with (--group), or be root";
            }
            if (path.equals(Paths.get("/run/felucca.sock"))) {
                return "Cannot connect to the Felucca engine at " + text
                        + ". Is the felucca engine running? Start it with: felucca engine --detach";
            }
        }
        if (failed instanceof SSLException) {
            return "cannot speak TLS with the Felucca engine at " + text + ": " + failed.getMessage();
        }
        return "Cannot connect to the Felucca engine at " + text + ". Is the felucca engine running?";
    }
}

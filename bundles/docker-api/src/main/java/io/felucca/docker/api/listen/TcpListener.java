package io.felucca.docker.api.listen;

import io.felucca.FeluccaException;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP port: with TLS for whoever has a certificate of the authority, or, when that was asked for in so many words,
 * open to everybody. A page in a browser may reach neither: it names its origin, or a host that is not this one.
 */
public final class TcpListener implements Listener {

    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
    private static final int BACKLOG = 512;

    private final HostAddress.Tcp address;
    private final ServerSocketChannel channel;
    private final Optional<SSLContext> tls;

    private TcpListener(HostAddress.Tcp address, ServerSocketChannel channel, Optional<SSLContext> tls) {
        this.address = address;
        this.channel = channel;
        this.tls = tls;
    }

    /** @param tls empty to be open to everybody */
    public static TcpListener listen(HostAddress.Tcp address, Optional<SSLContext> tls) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(new InetSocketAddress(address.host(), address.port()), BACKLOG);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            if (tls.isEmpty()) {
                LOG.warn(
                        "API is accessible on {} without encryption. Access to the remote API is equivalent to root "
                                + "access on the host; use --tlsverify",
                        address);
            }
            return new TcpListener(address, channel, tls);
        } catch (IOException | RuntimeException e) {
            throw FeluccaException.system("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /** Whoever comes through is as good as root, and no user of this machine. */
    @Override
    public Peer peer(SocketChannel accepted) {
        return new Peer(0, 0);
    }

    @Override
    public Transport wire(SocketChannel accepted) throws IOException {
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        return tls.isPresent() ? new TlsTransport(accepted, tls.get()) : new Transport.Plain(accepted);
    }

    @Override
    public boolean admits(HttpRequest request) {
        if (request.getFirstHeader("Origin") != null) {
            return false;
        }
        Header host = request.getFirstHeader("Host");
        // With TLS the client's certificate says more than a name can.
        return tls.isPresent() || host == null || isHere(withoutPort(host.getValue()));
    }

    /** An address names nobody else's site; a name might. */
    private boolean isHere(String name) {
        return name.isEmpty()
                || name.equalsIgnoreCase("localhost")
                || name.equalsIgnoreCase(address.host())
                || name.matches("[0-9.]+|\\[[0-9a-fA-F:.]+\\]");
    }

    private static String withoutPort(String host) {
        return host == null ? "" : host.replaceFirst(":[0-9]+$", "");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", address, e.toString());
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}

package io.felucca.git.client;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TcpTransport;
import org.eclipse.jgit.transport.URIish;

/** The git protocol over TCP. JGit's own gives no way to count what arrives. */
final class GitTransport extends TcpTransport implements PackTransport {

    private static final int PORT = 9418;

    private final Bounds bounds;

    GitTransport(Repository local, URIish uri, Bounds bounds) {
        super(local, uri);
        this.bounds = bounds;
    }

    @Override
    public FetchConnection openFetch() throws TransportException {
        return openFetch(List.of());
    }

    @Override
    public FetchConnection openFetch(Collection<RefSpec> specs, String... more) throws TransportException {
        return new Connection(specs, more);
    }

    @Override
    public PushConnection openPush() throws NotSupportedException {
        throw new NotSupportedException("nothing is pushed");
    }

    @Override
    public void close() {
        // Connections are closed each.
    }

    private final class Connection extends BasePackFetchConnection {

        private final Socket socket = new Socket();

        Connection(Collection<RefSpec> specs, String... more) throws TransportException {
            super(GitTransport.this);
            try {
                String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
                socket.connect(
                        new InetSocketAddress(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : PORT),
                        HttpConnections.CONNECT_MILLIS);
                socket.setSoTimeout(HttpConnections.READ_MILLIS);
                init(
                        bounds.counted(new BufferedInputStream(socket.getInputStream())),
                        new BufferedOutputStream(socket.getOutputStream()));
                pckOut.writeString(
                        "git-upload-pack " + uri.getPath() + "\0host=" + uri.getHost() + port + "\0\0version=2\0");
                pckOut.flush();
            } catch (IOException e) {
                close();
                throw new TransportException(uri, e.getMessage(), e);
            }
            if (!readAdvertisedRefs()) {
                lsRefs(specs, more);
            }
        }

        @Override
        public void close() {
            super.close();
            try {
                socket.close();
            } catch (IOException e) {
                // It is done with all the same.
            }
        }
    }
}

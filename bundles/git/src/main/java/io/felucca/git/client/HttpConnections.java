package io.felucca.git.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;

/**
 * HTTP connections whose bytes are counted and that wait for no server for ever. JGit gives the credentials of a URL to
 * whatever it is redirected to; here its own host alone gets them.
 */
final class HttpConnections implements HttpConnectionFactory {

    static final int CONNECT_MILLIS = 30_000;
    static final int READ_MILLIS = 60_000;

    private final Bounds bounds;
    private final URIish origin;

    /** @param origin the URL whose credentials may be sent */
    HttpConnections(Bounds bounds, URIish origin) {
        this.bounds = bounds;
        this.origin = origin;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        Counted connection = new Counted(url, proxy, isOrigin(url));
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        return connection;
    }

    private boolean isOrigin(URL url) {
        return url.getProtocol().equalsIgnoreCase(origin.getScheme())
                && url.getHost().equalsIgnoreCase(origin.getHost())
                && url.getPort() == origin.getPort();
    }

    private final class Counted extends JDKHttpConnection {

        private final boolean trusted;

        Counted(URL url, Proxy proxy, boolean trusted) throws IOException {
            super(url, proxy);
            this.trusted = trusted;
        }

        @Override
        public void setRequestProperty(String key, String value) {
            if (trusted || !key.equalsIgnoreCase("Authorization")) {
                super.setRequestProperty(key, value);
            }
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return bounds.counted(super.getInputStream());
        }
    }
}

package io.felucca.registry.http;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * The connections of one pull or push: a client for each host, with that host's TLS settings and proxy. No redirect is
 * followed, nothing retried and no cookie kept here. Closing, or {@link #abort} from another thread, ends all of them.
 */
public final class Connections implements AutoCloseable {

    private static final int CONNECT_SECONDS = 30;
    /** As Go's net/http, which is dockerd's. */
    private static final int HANDSHAKE_SECONDS = 10;

    private static final int MAX_CONNECTIONS = 8;
    private static final int MAX_HEADERS = 200;
    private static final int MAX_HEADER_LINE = 16 << 10;

    /**
     * @param certificates folders in Docker's certs.d layout
     * @param silenceMillis how long a server may say nothing
     */
    public record Settings(InsecureHosts insecure, List<Path> certificates, ProxyRules proxies, int silenceMillis) {}

    private final Settings settings;
    private final Map<String, CloseableHttpClient> clients = new ConcurrentHashMap<>();
    private final Set<ClassicHttpResponse> open = ConcurrentHashMap.newKeySet();
    private volatile boolean aborted;

    public Connections(Settings settings) {
        this.settings = settings;
    }

    /** Sends a request; the caller closes the answer by {@link #release}. */
    ClassicHttpResponse send(ClassicHttpRequest request, URI uri) throws IOException {
        if (aborted) {
            throw new IOException("cancelled");
        }
        CloseableHttpClient client = clients.computeIfAbsent(uri.getRawAuthority(), this::client);
        HttpHost host = new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
        ClassicHttpResponse response = client.executeOpen(host, request, null);
        open.add(response);
        if (aborted) {
            release(response);
            throw new IOException("cancelled");
        }
        return response;
    }

    /** Gives an answer back, whether it was read to its end or not. */
    void release(ClassicHttpResponse response) {
        open.remove(response);
        try {
            response.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
        }
    }

    public boolean isAborted() {
        return aborted;
    }

    public void abort() {
        aborted = true;
        close();
    }

    private static Timeout min(Timeout one, Timeout other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private CloseableHttpClient client(String authority) {
        boolean insecure = settings.insecure().contain(authority);
        SSLContext tls = TlsPolicy.context(settings.certificates(), authority, insecure);
        DefaultClientTlsStrategy strategy = new DefaultClientTlsStrategy(
                tls, insecure ? NoopHostnameVerifier.INSTANCE : HttpsSupport.getDefaultHostnameVerifier());
        Timeout silence = Timeout.of(settings.silenceMillis(), TimeUnit.MILLISECONDS);
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(strategy)
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setHandshakeTimeout(min(Timeout.ofSeconds(HANDSHAKE_SECONDS), silence))
                                .build())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(CONNECT_SECONDS))
                                .setSocketTimeout(silence)
                                .build())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(MAX_HEADERS)
                                        .setMaxLineLength(MAX_HEADER_LINE)
                                        .build())
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(silence)
                        .setConnectionRequestTimeout(silence)
                        .setRedirectsEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setRoutePlanner(new Routes(credentials))
                .setDefaultCredentialsProvider(credentials)
                .setUserAgent("felucca")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** Through the proxies of the environment. */
    private final class Routes extends DefaultRoutePlanner {

        private final BasicCredentialsProvider credentials;

        Routes(BasicCredentialsProvider credentials) {
            super(null);
            this.credentials = credentials;
        }

        @Override
        protected HttpHost determineProxy(HttpHost target, HttpContext context) {
            int port = target.getPort() >= 0
                    ? target.getPort()
                    : target.getSchemeName().equals("https") ? 443 : 80;
            Optional<URI> proxy = settings.proxies().proxyFor(target.getSchemeName(), target.getHostName(), port);
            if (proxy.isEmpty()) {
                return null;
            }
            URI found = proxy.get();
            HttpHost host = new HttpHost(found.getScheme(), found.getHost(), portOf(found));
            String user = found.getUserInfo();
            if (user != null) {
                int colon = user.indexOf(':');
                credentials.setCredentials(
                        new AuthScope(host),
                        new UsernamePasswordCredentials(
                                colon < 0 ? user : user.substring(0, colon),
                                (colon < 0 ? "" : user.substring(colon + 1)).toCharArray()));
            }
            return host;
        }

        private int portOf(URI proxy) {
            if (proxy.getPort() >= 0) {
                return proxy.getPort();
            }
            return proxy.getScheme().equals("https") ? 443 : 80;
        }
    }

    /** A connection failure in the words of Go's net package, which Docker's users know. */
    static FeluccaException failed(String method, URI uri, IOException cause) {
        return FeluccaException.system(GoErrors.request(method, uri, cause), cause);
    }

    @Override
    public void close() {
        // First the sockets: a response that is closed before reads what is left of its body, however long that takes.
        for (CloseableHttpClient client : clients.values()) {
            client.close(CloseMode.IMMEDIATE);
        }
        open.forEach(this::release);
    }
}

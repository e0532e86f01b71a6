package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry is 192.0.2.1, an address for documents: whatever arrives has come through a proxy of the test's. */
@Timeout(120)
class ConnectionsTest {

    private static final String REGISTRY = "192.0.2.1:5000";
    private static final URI SECURE = URI.create("https://" + REGISTRY + "/v2/");

    @TempDir
    Path folder;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private ExecutorService threads;

    @BeforeEach
    void startThreads() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        threads.shutdownNow();
    }

    @Test
    @DisplayName("S18: a request without TLS goes through the environment's proxy, with the proxy's password")
    void aProxyIsAsked() throws IOException {
        HttpServer proxy = HttpServer.create(loopback(), 0);
        proxy.createContext("/", exchange -> {
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            seen.add(exchange.getRequestURI() + " " + shown);
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
            answer(exchange, shown.equals("null") ? 407 : 200);
        });
        start(proxy);
        String address = "http://user:secret@127.0.0.1:" + proxy.getAddress().getPort();

        int status = get(URI.create("http://" + REGISTRY + "/v2/"), Map.of("HTTP_PROXY", address), List.of());

        assertThat(status).isEqualTo(200);
        assertThat(seen)
                .containsExactly(
                        "http://" + REGISTRY + "/v2/ null", "http://" + REGISTRY + "/v2/ Basic dXNlcjpzZWNyZXQ=");
    }

    @Test
    @DisplayName("S18, S21: TLS goes through the proxy as a tunnel, to a registry of an authority in certs.d alone")
    void anOwnAuthorityIsTrusted() throws Exception {
        Map<String, String> environment = tunnelTo(tlsRegistry(false));

        assertThatThrownBy(() -> get(SECURE, environment, List.of()))
                .isInstanceOfSatisfying(
                        SSLException.class,
                        e -> assertThat(GoErrors.reason(SECURE, e))
                                .isEqualTo("x509: certificate signed by unknown authority"));
        Files.copy(folder.resolve("ca.pem"), certificates().resolve("ca.crt"));

        assertThat(get(SECURE, environment, List.of())).isEqualTo(200);
        assertThat(seen).containsExactly("CONNECT " + REGISTRY, "CONNECT " + REGISTRY, "/v2/");
    }

    @Test
    @DisplayName("S18: the certificate of a registry that is declared insecure is not looked at")
    void anInsecureRegistryIsTrusted() throws Exception {
        Map<String, String> environment = tunnelTo(tlsRegistry(false));

        assertThat(get(SECURE, environment, List.of("192.0.2.0/24"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8 -topk8 -nocrypt", "rsa -traditional"})
    @DisplayName("S21: a client certificate in certs.d is shown, its key in PKCS #8 or PKCS #1")
    void aClientCertificateIsShown(String form) throws Exception {
        Map<String, String> environment = tunnelTo(tlsRegistry(true));
        Files.copy(folder.resolve("ca.pem"), certificates().resolve("ca.crt"));
        assertThatThrownBy(() -> get(SECURE, environment, List.of())).isInstanceOf(IOException.class);
        issue("client");
        Files.copy(folder.resolve("client.pem"), certificates().resolve("client.cert"));
        openssl(form + " -in client-key.pem -out " + certificates().resolve("client.key"));

        assertThat(get(SECURE, environment, List.of())).isEqualTo(200);
        assertThat(seen).endsWith("/v2/").containsOnlyOnce("/v2/");
    }

    @Test
    @DisplayName(
            "S21: a client certificate without its key is told, and a key without its certificate, as dockerd does")
    void aMissingHalfIsTold() throws IOException {
        Path key = Files.writeString(certificates().resolve("client.key"), "");
        assertThatThrownBy(() -> get(SECURE, Map.of(), List.of()))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Missing client certificate client.cert for key client.key");

        Files.move(key, certificates().resolve("client.cert"));
        assertThatThrownBy(() -> get(SECURE, Map.of(), List.of()))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("missing key client.key for client certificate client.cert. Note that CA certificates"
                        + " should use the extension .crt");
    }

    private int get(URI uri, Map<String, String> environment, List<String> insecure) throws IOException {
        Connections.Settings settings = new Connections.Settings(
                new InsecureHosts(insecure), List.of(folder.resolve("certs.d")), new ProxyRules(environment), 60_000);
        try (Connections connections = new Connections(settings)) {
            ClassicHttpResponse response = connections.send(new BasicClassicHttpRequest("GET", uri.getRawPath()), uri);
            connections.release(response);
            return response.getCode();
        }
    }

    private Path certificates() throws IOException {
        return Files.createDirectories(folder.resolve("certs.d").resolve(REGISTRY));
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void start(HttpServer server) {
        server.setExecutor(threads);
        server.start();
        opened.add(() -> server.stop(0));
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private int tlsRegistry(boolean clients) throws Exception {
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=authority");
        issue("server");
        openssl("pkcs12 -export -in server.pem -inkey server-key.pem -passout pass:x -out server.p12");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(folder.resolve("server.p12").toFile(), "x".toCharArray()), "x".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters own = context.getDefaultSSLParameters();
                own.setNeedClientAuth(clients);
                parameters.setSSLParameters(own);
            }
        });
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestURI().toString());
            answer(exchange, 200);
        });
        start(server);
        return server.getAddress().getPort();
    }

    private KeyStore authority() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve("ca.pem"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        return store;
    }

    private void issue(String name) throws IOException {
        Files.writeString(folder.resolve("ext"), "subjectAltName=IP:192.0.2.1\n");
        openssl("req -newkey rsa:2048 -nodes -keyout " + name + "-key.pem -out csr -subj /CN=" + name);
        openssl("x509 -req -in csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile ext -out " + name
                + ".pem");
    }

    private void openssl(String words) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        Path output = folder.resolve("openssl.out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A proxy that connects all of its clients with one port here. */
    private Map<String, String> tunnelTo(int port) throws IOException {
        ServerSocket proxy = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        opened.add(proxy);
        threads.execute(() -> {
            while (true) {
                try {
                    Socket client = proxy.accept();
                    opened.add(client);
                    threads.execute(() -> tunnel(client, port));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return Map.of("HTTPS_PROXY", "127.0.0.1:" + proxy.getLocalPort());
    }

    private void tunnel(Socket client, int port) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) client.getInputStream().read());
            }
            seen.add(head.substring(0, head.indexOf(" HTTP/")));
            client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            threads.execute(() -> copy(client, server));
            copy(server, client);
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of them has gone.
        }
    }
}

package io.felucca.builder.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redirects that are followed or refused, and how long a silent server is waited for. */
@Timeout(60)
class WebTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/silent", exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "last");
            exchange.sendResponseHeaders(302, 0);
            exchange.getResponseBody().write(new byte[10]);
            exchange.close();
        });
        server.createContext("/last", exchange -> {
            exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 1970 00:00:05 GMT");
            exchange.getResponseHeaders().add("Content-Type", "a/b");
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write('x');
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    @DisplayName("S50: a redirect is followed, and its own body is not the file")
    void redirect() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Web.Answer answer = new Web(() -> true, 10).get(url("/moved"), out);
        assertThat(answer).isEqualTo(new Web.Answer("a/b", 5000));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("x");
    }

    @Test
    @DisplayName("T13: no redirect leads from https to http, to a file, or to nowhere")
    void refusedRedirects() throws Exception {
        URI at = URI.create("https://h/a/b");
        assertThat(Web.next(at, "../c")).isEqualTo(URI.create("https://h/c"));
        assertThat(Web.next(at, "https://other/c")).isEqualTo(URI.create("https://other/c"));
        assertThat(Web.next(URI.create("http://h/a"), "https://h/c")).isEqualTo(URI.create("https://h/c"));
        assertThatThrownBy(() -> Web.next(at, "http://h/c"))
                .hasMessage("the redirect from https to http is not followed");
        assertThatThrownBy(() -> Web.next(at, "file:///etc/passwd")).hasMessage("unsupported protocol scheme \"file\"");
        assertThatThrownBy(() -> Web.next(at, "http:///c")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Web.next(at, "http://[")).isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("T25: a server that sends nothing is given up, and so is one that nobody wants any more")
    void silence() {
        OutputStream out = OutputStream.nullOutputStream();
        assertThatThrownBy(() ->
                        new Web(() -> true, 1, Duration.ofHours(1), Duration.ofMillis(10)).get(url("/silent"), out))
                .hasMessage("the server sends nothing");
        assertThatThrownBy(() ->
                        new Web(() -> true, 1, Duration.ofMillis(10), Duration.ofHours(1)).get(url("/silent"), out))
                .hasMessage("the download takes too long");
        assertThatThrownBy(() -> new Web(() -> false, 1).get(url("/silent"), out))
                .hasMessage("Build cancelled");
    }
}

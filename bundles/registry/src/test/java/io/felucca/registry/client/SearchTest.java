package io.felucca.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.felucca.FeluccaException;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Found;
import io.felucca.registry.http.ProxyRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SearchTest {

    private static final String FOUND = """
            {"query":"alpha","results":[
              {"name":"user/alpha","description":"of a user","star_count":7,"is_automated":true},
              {"name":"alpha","description":"","star_count":1200,"is_official":true}]}""";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private String host;
    private volatile int status = 200;
    private volatile String answer = FOUND;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.add(exchange.getRequestURI().toString());
                boolean search = exchange.getRequestURI().getPath().equals("/v1/search");
                byte[] body = (search ? answer : "not found").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(search ? status : 404, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        host = "127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** The server takes the beginning of TLS for a line without an end: the attempt by TLS waits for so long. */
    private static final int SILENCE_MILLIS = 1_000;

    private static List<Found> search(String term) {
        Sessions sessions = new Sessions(List.of(), List.of(), List.of(), new ProxyRules(Map.of()), SILENCE_MILLIS);
        return new Search(sessions).run(term, 9, Credentials.NONE);
    }

    @Test
    @DisplayName("S13: a term with a host is searched there, for the rest of it, whatever the host says to a ping")
    void aTermWithAHostIsSearchedThere() {
        assertThat(search(host + "/user/alpha+x"))
                .containsExactly(
                        new Found("user/alpha", "of a user", 7, false, true),
                        new Found("alpha", "", 1200, true, false));
        assertThat(seen).containsExactly("/v1/_ping", "/v1/search?q=user%2Falpha%2Bx&n=9");
    }

    @Test
    @DisplayName("S13: a registry that does not search, one that answers nonsense, and a bad term are said in one line")
    void whatCannotBeSearchedIsSaid() {
        status = 404;
        assertThatThrownBy(() -> search(host + "/x"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Unexpected status code 404");
        status = 200;
        answer = "{nonsense";
        assertThatThrownBy(() -> search(host + "/x"))
                .isInstanceOf(FeluccaException.class)
                .hasMessageStartingWith("error decoding registry search results: ");
        assertThatThrownBy(() -> search("https://" + host + "/x"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("Invalid repository name (ex: \"registry.domain.tld/myrepos\")");
    }

    @Test
    @DisplayName("S13: of a host that does not answer both attempts are told, by TLS and without")
    void bothAttemptsAreTold() {
        server.stop(0);

        assertThatThrownBy(() -> search(host + "/x"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("invalid registry endpoint \"http://" + host + "/v1/\". HTTPS attempt: Get \"https://"
                        + host
                        + "/v1/_ping\": dial tcp " + host + ": connect: connection refused. HTTP attempt: Get \"http://"
                        + host + "/v1/_ping\": dial tcp " + host + ": connect: connection refused");
    }
}

package io.felucca.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.registry.http.RepositoryClient;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {

    private static final URI FROM = URI.create("https://registry.example/v2/a/blobs/x");

    @Test
    void aRelativeLocationStaysWithTheServer() throws IOException {
        assertThat(RepositoryClient.target(FROM, "/other?a=b"))
                .isEqualTo(URI.create("https://registry.example/other?a=b"));
    }

    @Test
    @DisplayName("T13: no redirect leads from TLS to a server without it")
    void tlsIsNotGivenUp() {
        assertThatThrownBy(() -> RepositoryClient.target(FROM, "http://registry.example/x"))
                .isInstanceOf(IOException.class)
                .hasMessage("refusing the redirect from " + FROM + " to a server without TLS: registry.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://x/y", "https:///nohost", "ht tp://x", "mailto:a@b"})
    @DisplayName("T12: what is no address of the web is not followed")
    void nonsenseIsRefused(String location) {
        assertThatThrownBy(() -> RepositoryClient.target(FROM, location)).isInstanceOf(IOException.class);
    }
}

package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRulesTest {

    private static final ProxyRules RULES = new ProxyRules(Map.of(
            "HTTPS_PROXY", "http://user:word@proxy.example:3128",
            "http_proxy", "plain.example:8080",
            "NO_PROXY", "in.example, .sub.example,*.star.example,192.0.2.0/24,ported.example:5000"));

    @Test
    @DisplayName("S17: the proxy is that of the scheme, whatever the variable's case")
    void eachSchemeHasItsProxy() {
        assertThat(RULES.proxyFor("https", "registry.example", 443))
                .contains(URI.create("http://user:word@proxy.example:3128"));
        assertThat(RULES.proxyFor("http", "registry.example", 80)).contains(URI.create("http://plain.example:8080"));
        assertThat(new ProxyRules(Map.of()).proxyFor("https", "registry.example", 443))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "in.example, 443, false",
        "deep.in.example, 443, false",
        "within.example, 443, true",
        "a.sub.example, 443, false",
        "sub.example, 443, true",
        "a.star.example, 443, false",
        "192.0.2.9, 443, false",
        "198.51.100.1, 443, true",
        "ported.example, 5000, false",
        "ported.example, 443, true",
        "localhost, 5000, false",
        "127.3.2.1, 5000, false"
    })
    void whatIsExcludedIsAskedDirectly(String host, int port, boolean proxied) {
        Optional<URI> proxy = RULES.proxyFor("https", host, port);

        assertThat(proxy.isPresent()).isEqualTo(proxied);
    }
}

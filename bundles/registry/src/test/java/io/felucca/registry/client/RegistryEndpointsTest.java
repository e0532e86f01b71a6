package io.felucca.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.registry.http.InsecureHosts;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryEndpointsTest {

    private final RegistryEndpoints endpoints = new RegistryEndpoints(
            List.of("https://mirror.example/", "http://second.example:5000"),
            new InsecureHosts(List.of("plain.example:80", "named.example", "192.0.2.0/24")));

    private static List<String> bases(List<RegistryEndpoints.Endpoint> found) {
        return found.stream().map(endpoint -> endpoint.base().toString()).toList();
    }

    @Test
    @DisplayName("S18: Docker Hub is asked after its mirrors, in their order, and pushed to without them")
    void hubIsAskedAfterItsMirrors() {
        assertThat(bases(endpoints.forPull("docker.io")))
                .containsExactly("https://mirror.example", "http://second.example:5000", RegistryEndpoints.HUB);
        assertThat(bases(endpoints.forPush("docker.io"))).containsExactly(RegistryEndpoints.HUB);
        assertThat(endpoints.forPull("docker.io"))
                .extracting(RegistryEndpoints.Endpoint::mirror)
                .containsExactly(true, true, false);
    }

    @Test
    @DisplayName("S17, S18: another registry has no mirrors, and no way without TLS")
    void anotherRegistryIsAskedByTlsAlone() {
        assertThat(bases(endpoints.forPull("203.0.113.1:5000"))).containsExactly("https://203.0.113.1:5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.example:80", "named.example:1", "named.example", "192.0.2.77:5000", "127.9.9.9:1"})
    @DisplayName("T13: only what was declared insecure, and loopback, is asked without TLS, and by TLS before")
    void declaredRegistriesAreAskedWithoutTlsToo(String domain) {
        assertThat(bases(endpoints.forPull(domain))).containsExactly("https://" + domain, "http://" + domain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/33", "x.y/8", "999.1.1.1/8"})
    void whatIsNoNetworkIsRefused(String network) {
        assertThatThrownBy(() -> new InsecureHosts(List.of(network)))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("insecure registry " + network + " is no network");
    }
}

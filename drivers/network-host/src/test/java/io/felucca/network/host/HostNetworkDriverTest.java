package io.felucca.network.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import org.junit.jupiter.api.Test;

class HostNetworkDriverTest {

    @Test
    void sharesTheHostsNamespace() {
        assertThat(new HostNetworkDriver().namespaceMode()).isEqualTo(NamespaceMode.HOST);
    }
}

package io.felucca.network.none;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import org.junit.jupiter.api.Test;

class NoneNetworkDriverTest {

    @Test
    void givesANamespaceOfItsOwn() {
        assertThat(new NoneNetworkDriver().namespaceMode()).isEqualTo(NamespaceMode.PRIVATE);
    }
}

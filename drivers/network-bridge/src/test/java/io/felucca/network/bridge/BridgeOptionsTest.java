package io.felucca.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.network.spi.NetworkDriver.Segment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BridgeOptionsTest {

    private static BridgeOptions options(String name, String value) {
        return BridgeOptions.of(
                new Segment("0123456789abcdef".repeat(4), "net", false, List.of(), Map.of(name, value)));
    }

    @Test
    void theDefaultsAreDockers() {
        assertThat(options("com.example.note", "free"))
                .isEqualTo(new BridgeOptions("br-0123456789ab", false, true, true, 1500));
    }

    @Test
    void optionsAreRead() {
        assertThat(options("com.docker.network.bridge.name", "br0").name()).isEqualTo("br0");
        assertThat(options("com.docker.network.bridge.enable_icc", "0").talking())
                .isFalse();
        assertThat(options("com.docker.network.bridge.enable_ip_masquerade", "F")
                        .masquerade())
                .isFalse();
        assertThat(options("com.docker.network.driver.mtu", "9000").mtu()).isEqualTo(9000);
    }

    @Test
    void whatCannotBeReadIsRefusedInDockersWords() {
        assertThatThrownBy(() -> options("com.docker.network.bridge.enable_icc", "maybe"))
                .hasMessage("failed to parse com.docker.network.bridge.enable_icc value: maybe"
                        + " (strconv.ParseBool: parsing \"maybe\": invalid syntax)");
        assertThatThrownBy(() -> options("com.docker.network.driver.mtu", "big"))
                .hasMessage("failed to parse com.docker.network.driver.mtu value: big"
                        + " (strconv.Atoi: parsing \"big\": invalid syntax)");
        assertThatThrownBy(() -> options("com.docker.network.driver.mtu", "-1")).hasMessage("invalid MTU number: -1");
        assertThatThrownBy(() -> options("com.docker.network.bridge.name", "a/b"))
                .hasMessageStartingWith("invalid bridge name a/b");
        assertThatThrownBy(() -> options("com.docker.network.bridge.speed", "1"))
                .hasMessage("network driver bridge has no option com.docker.network.bridge.speed");
    }
}

package io.felucca.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.networks.PortBinding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PortRangeTest {

    private static PortBinding to(String address, String port) {
        return new PortBinding(address, port);
    }

    private static Map<String, List<PortBinding>> ports(int first, int last, String protocol, int hostPort) {
        Map<String, List<PortBinding>> ports = new LinkedHashMap<>();
        for (int i = 0; i <= last - first; i++) {
            String host = hostPort == 0 ? "" : Integer.toString(hostPort + i);
            ports.put(first + i + "/" + protocol, List.of(to("0.0.0.0", host), to("::", host)));
        }
        return ports;
    }

    private static void assertJoined(Map<String, List<PortBinding>> ports, Map<String, List<PortBinding>> joined) {
        assertThat(PortRange.joined(ports)).isEqualTo(joined);
        assertThat(PortRange.each(joined)).isEqualTo(ports);
    }

    @Test
    @DisplayName("B6: a thousand ports in a row are one range, on the same, on other and on any ports of the host")
    void joins() {
        assertJoined(
                ports(7000, 7999, "tcp", 7000),
                Map.of("7000-7999/tcp", List.of(to("0.0.0.0", "7000-7999"), to("::", "7000-7999"))));
        assertJoined(
                ports(1000, 1999, "udp", 7000),
                Map.of("1000-1999/udp", List.of(to("0.0.0.0", "7000-7999"), to("::", "7000-7999"))));
        assertJoined(ports(9, 11, "sctp", 0), Map.of("9-11/sctp", List.of(to("0.0.0.0", ""), to("::", ""))));
    }

    @Test
    @DisplayName("B6: what does not follow on both sides stays apart")
    void staysApart() {
        Map<String, List<PortBinding>> ports = new LinkedHashMap<>();
        ports.putAll(ports(80, 81, "tcp", 8080));
        ports.putAll(ports(82, 82, "tcp", 9000));
        ports.putAll(ports(82, 82, "udp", 8082));
        ports.put("83/tcp", List.of(to("0.0.0.0", "9001")));
        ports.put("84/tcp", List.of(to("127.0.0.1", "9002")));
        ports.put("85/tcp", List.of(to("127.0.0.1", "9003-9010")));
        ports.put("86/tcp", List.of(to("127.0.0.1", "9003-9010")));
        ports.put("87/tcp", List.of());
        ports.put("no port", List.of(to("", "1")));

        Map<String, List<PortBinding>> joined = new LinkedHashMap<>(ports);
        joined.keySet().removeAll(List.of("80/tcp", "81/tcp"));
        joined.put("80-81/tcp", List.of(to("0.0.0.0", "8080-8081"), to("::", "8080-8081")));
        assertJoined(ports, joined);
    }

    @Test
    @DisplayName("B6: a port that is taken out of a range leaves two, and makes it whole again")
    void parts() {
        Map<String, List<PortBinding>> ports = ports(7000, 7009, "tcp", 7000);
        List<PortBinding> gone = ports.remove("7005/tcp");
        assertThat(PortRange.joined(ports)).containsOnlyKeys("7000-7004/tcp", "7006-7009/tcp");
        ports.put("7005/tcp", gone);
        assertThat(PortRange.joined(ports)).containsOnlyKeys("7000-7009/tcp");
    }

    @Test
    @DisplayName("a key is read as it is written, and refused in Docker's words")
    void keys() {
        for (String key : List.of("80/tcp", "1-65535/udp")) {
            assertThat(PortRange.parse(key)).hasToString(key);
        }
        assertThat(PortRange.parse("80")).isEqualTo(new PortRange(80, 1, "tcp"));
        for (String wrong : List.of("", "0", "65536", "x", "80-", "-80", "81-80", "123456", "+8")) {
            assertThatThrownBy(() -> PortRange.parse(wrong + "/tcp"))
                    .hasMessage("invalid port specification: \"" + wrong + "\"");
        }
    }
}

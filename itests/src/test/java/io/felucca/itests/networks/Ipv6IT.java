package io.felucca.itests.networks;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.network.spi.Cidr;
import io.felucca.testkit.network.NetworkBench;
import io.felucca.testkit.network.NetworkBench.LanHost;
import io.felucca.testkit.network.NetworkPeer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks of both families, on an engine whose host is a network namespace with a local network of its own. */
@Timeout(300)
class Ipv6IT {

    private static final NetworkBench bench = new NetworkBench();
    private static final LanHost lan = bench.newLanHost();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.78.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    @AfterEach
    void removeNetworks() {
        engine.removeContainers();
        engine.ok("network", "prune", "-f");
    }

    private static String run(String name, String... options) {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        return engine.ok(words.toArray(String[]::new));
    }

    private static JsonNode in(String name, String network) {
        return engine.inspect(name).path("NetworkSettings").path("Networks").path(network);
    }

    private static Path namespace(String name) {
        return Path.of("/proc", engine.inspect(name).path("State").path("Pid").asText(), "ns/net");
    }

    private static String fromLan(InetAddress address, int port) {
        return bench.in(lan.namespace(), () -> NetworkPeer.askTcp(address, port));
    }

    @Test
    @DisplayName("a network with --ipv6 has addresses, routes, names and hosts entries of both families")
    void dualStack() {
        engine.ok("network", "create", "--ipv6", "six");
        engine.ok("network", "create", "--ipv6", "--subnet", "fd00:65::/64", "--subnet", "10.65.0.0/24", "asked");
        JsonNode pools = EngineUnderTest.json(engine.ok("network", "inspect", "six"))
                .get(0)
                .path("IPAM")
                .path("Config");
        assertThat(pools.get(1).path("Subnet").textValue()).matches("fd[0-9a-f:]+::/64");
        run("srv", "--network", "name=six,alias=w");
        run("late", "--network", "asked", "--ip6", "fd00:65::99");
        assertThat(in("late", "asked").path("GlobalIPv6Address").textValue()).isEqualTo("fd00:65::99");
        assertThat(in("late", "asked").path("IPv6Gateway").textValue()).isEqualTo("fd00:65::1");

        engine.ok("network", "connect", "six", "late");

        String address = in("srv", "six").path("GlobalIPv6Address").textValue();
        assertThat(address).startsWith("fd");
        assertThat(engine.ok("exec", "srv", "cat", "/etc/hosts")).contains(address + "\t");
        for (String name : List.of("srv", "w")) {
            assertThat(engine.ok("exec", "late", "nslookup", name))
                    .contains(address)
                    .contains(in("srv", "six").path("IPAddress").textValue());
        }
        engine.ok("exec", "late", "ping", "-6", "-c", "1", "-W", "30", "srv");
        assertThat(engine.ok("exec", "late", "nslookup", address)).contains("srv.six");
        assertThat(engine.ok("exec", "late", "ip", "-6", "route")).contains("default via fd00:65::1");

        engine.ok("network", "disconnect", "asked", "late");
        assertThat(engine.ok("exec", "late", "ip", "-6", "route"))
                .contains("default via fd")
                .doesNotContain("fd00:65");
        assertThat(engine.ok("exec", "late", "cat", "/etc/hosts")).doesNotContain("fd00:65");
    }

    @Test
    @DisplayName("containers of one user's network reach each other, those of two do not, by IPv4 and IPv6")
    void isolation() {
        engine.ok("network", "create", "--ipv6", "here");
        engine.ok("network", "create", "--ipv6", "there");
        run("one", "--network", "here");
        run("two", "--network", "here");
        run("far", "--network", "there");
        bench.serve(namespace("two"), "two", 80);
        bench.serve(namespace("far"), "far", 80);

        for (String field : List.of("IPAddress", "GlobalIPv6Address")) {
            InetAddress near = Cidr.parseAddress(in("two", "here").path(field).textValue());
            InetAddress away = Cidr.parseAddress(in("far", "there").path(field).textValue());
            assertThat(bench.in(namespace("one"), () -> NetworkPeer.askTcp(near, 80)))
                    .startsWith("two ");
            assertThat(bench.in(namespace("one"), () -> NetworkPeer.askTcp(away, 80)))
                    .contains("Exception");
        }
        engine.ok("network", "connect", "there", "one");
        InetAddress away =
                Cidr.parseAddress(in("far", "there").path("IPAddress").textValue());
        assertThat(bench.in(namespace("one"), () -> NetworkPeer.askTcp(away, 80)))
                .startsWith("far ");
    }

    @Test
    @DisplayName("T19: networks without --ipv6 have none, and internal ones resolve nothing external")
    void noneWhereNoneWasAskedFor() {
        engine.ok("network", "create", "--internal", "shut");
        run("four");
        run("inner", "--network", "shut");
        for (String name : List.of("four", "inner")) {
            assertThat(engine.ok("exec", name, "ip", "-6", "addr", "show", "dev", "eth0"))
                    .isEmpty();
            assertThat(engine.ok("exec", name, "ip", "-6", "route", "show", "dev", "eth0"))
                    .isEmpty();
        }
        assertThat(engine.felucca("exec", "inner", "nslookup", "example.org")
                        .run()
                        .exit())
                .isNotZero();
        assertThat(engine.fails(1, "network", "connect", "--ip6", "fd00::9", "shut", "four"))
                .contains(
                        "user specified IP address is supported only when connecting to networks with user configured");
    }

    @Test
    @DisplayName(
            "S142 T19: a port published on IPv6 leads there by the kernel, TCP and UDP, and the peer is seen as it is")
    void publishedOnIpv6() {
        engine.ok("network", "create", "--ipv6", "six");
        run("web", "--network", "six", "-p", "5000:5000", "-p", "5000:5000/udp", "-p", "[2001:db8::1]:5001:5000");
        run("local", "--network", "six", "-p", "[::1]:5002:5000");
        assertThat(engine.ok("port", "web", "5000/tcp")).contains("[::]:5000").contains("[2001:db8::1]:5001");
        bench.serve(namespace("web"), "web", 5000);
        bench.serve(namespace("local"), "local", 5000);
        String seen = "web " + lan.ipv6().getHostAddress();

        assertThat(fromLan(NetworkBench.HOST_IPV6, 5000)).isEqualTo(seen);
        assertThat(fromLan(NetworkBench.HOST_IPV6, 5001)).isEqualTo(seen);
        assertThat(bench.in(lan.namespace(), () -> NetworkPeer.askUdp(NetworkBench.HOST_IPV6, 5000)))
                .isEqualTo(seen);
        assertThat(fromLan(NetworkBench.HOST, 5000))
                .isEqualTo("web " + lan.ipv4().getHostAddress());
        assertThat(fromLan(NetworkBench.HOST, 5001)).contains("Exception");
        assertThat(fromLan(NetworkBench.HOST_IPV6, 5002)).contains("Exception");
        assertThat(bench.inHost(() -> NetworkPeer.askTcp(Cidr.parseAddress("::1"), 5002)))
                .startsWith("local ");

        engine.kill();
        assertThat(fromLan(NetworkBench.HOST_IPV6, 5000)).isEqualTo(seen);
        engine.start();
        await().untilAsserted(() -> assertThat(bench.inHost(() -> NetworkPeer.askTcp(Cidr.parseAddress("::1"), 5002)))
                .startsWith("local "));
        engine.ok("rm", "-f", "web");
        assertThat(fromLan(NetworkBench.HOST_IPV6, 5000)).contains("Exception");
    }
}

package io.felucca.itests.clients;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Firewalld;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.network.spi.Cidr;
import io.felucca.testkit.network.NetworkBench;
import io.felucca.testkit.network.NetworkBench.LanHost;
import io.felucca.testkit.network.NetworkPeer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine whose host has others: firewalls that drop what is forwarded, a real dockerd, a second engine. */
@Timeout(300)
class SideBySideIT {

    private static final NetworkBench bench = new NetworkBench();
    private static final LanHost lan = bench.newLanHost();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.80.0.1/16")
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

    private static Path namespace(EngineUnderTest of, String name) {
        return Path.of("/proc", of.inspect(name).path("State").path("Pid").asText(), "ns/net");
    }

    private static void serve(EngineUnderTest of, String name, String... options) {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        of.ok(words.toArray(String[]::new));
        bench.serve(namespace(of, name), name, 80);
    }

    private static String address(EngineUnderTest of, String name) {
        return of.inspect(name).path("NetworkSettings").path("IPAddress").textValue();
    }

    private static String fromLan(int port) {
        return bench.in(lan.namespace(), () -> NetworkPeer.askTcp(NetworkBench.HOST, port));
    }

    private static String fromContainer(String name, InetAddress address, int port) {
        return bench.in(namespace(engine, name), () -> NetworkPeer.askTcp(address, port));
    }

    @Test
    @DisplayName("beside a dockerd that drops what is forwarded, containers of both reach the world and are reached")
    void besideDockerd() {
        bench.serve(lan.namespace(), "lan", 82);
        serve(engine, "ours", "-p", "5100:80");
        try (DockerDaemon daemon = DockerDaemon.startIn(bench.host())) {
            daemon.docker("import", Rootfs.busybox().toString(), "busybox").ok();
            daemon.docker("run", "-d", "--name", "theirs", "-p", "5200:80", "busybox", "sleep", "1000")
                    .ok();
            bench.serve(
                    Path.of(
                            "/proc",
                            daemon.docker("inspect", "-f", "{{.State.Pid}}", "theirs")
                                    .ok(),
                            "ns/net"),
                    "theirs",
                    80);
            serve(engine, "later", "-p", "5101:80");

            await().untilAsserted(() -> assertThat(fromLan(5100)).startsWith("ours "));
            await().untilAsserted(() ->
                    assertThat(fromContainer("ours", lan.ipv4(), 82)).isEqualTo("lan 192.0.2.1"));
            assertThat(fromLan(5101)).startsWith("later ");
            assertThat(fromLan(5200)).startsWith("theirs ");
            InetAddress inside =
                    Cidr.parseAddress(daemon.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "theirs")
                            .ok());
            assertThat(bench.in(
                            Path.of(
                                    "/proc",
                                    daemon.docker("inspect", "-f", "{{.State.Pid}}", "theirs")
                                            .ok(),
                                    "ns/net"),
                            () -> NetworkPeer.askTcp(Cidr.parseAddress(address(engine, "ours")), 80)))
                    .contains("Exception");
            assertThat(inside).isNotEqualTo(Cidr.parseAddress(address(engine, "ours")));
            // A port has one owner, whoever it is.
            assertThat(engine.fails(125, "run", "-p", "5200:80", "busybox", "true"))
                    .contains("listen tcp4 0.0.0.0:5200: bind: address already in use");
        }
        await().untilAsserted(() -> assertThat(fromLan(5100)).startsWith("ours "));
    }

    @Test
    @DisplayName("a firewall that begins to drop what is forwarded, and is loaded anew, does not cut containers off")
    void besideAFirewall() {
        bench.serve(lan.namespace(), "lan", 83);
        serve(engine, "ours", "-p", "5110:80");
        Program.of("nsenter", "--net=" + bench.host(), "iptables", "-P", "FORWARD", "DROP")
                .ok();
        try {
            await().untilAsserted(() -> assertThat(fromLan(5110)).startsWith("ours "));
            assertThat(fromContainer("ours", lan.ipv4(), 83)).isEqualTo("lan 192.0.2.1");
            Program.of("nsenter", "--net=" + bench.host(), "nft", "flush", "ruleset")
                    .ok();
            Program.of("nsenter", "--net=" + bench.host(), "iptables", "-P", "FORWARD", "DROP")
                    .ok();
            await().untilAsserted(() -> {
                assertThat(fromLan(5110)).startsWith("ours ");
                assertThat(fromContainer("ours", lan.ipv4(), 83)).isEqualTo("lan 192.0.2.1");
            });
        } finally {
            Program.of("nsenter", "--net=" + bench.host(), "iptables", "-P", "FORWARD", "ACCEPT")
                    .ok();
        }
    }

    private static String firewalldsForwards() {
        return Program.of(
                        "nsenter",
                        "--net=" + bench.host(),
                        "nft",
                        "list",
                        "chain",
                        "inet",
                        "firewalld",
                        "filter_FORWARD")
                .ok();
    }

    private static void assertBothWays(int port) {
        await().untilAsserted(() -> {
            assertThat(fromLan(port)).startsWith("ours ");
            assertThat(fromContainer("ours", lan.ipv4(), 84)).isEqualTo("lan 192.0.2.1");
            assertThat(firewalldsForwards()).contains("iifname \"fl0\" accept");
        });
    }

    @Test
    @DisplayName("a real firewalld whose zones drop, comes later and is reloaded does not cut containers off")
    void besideFirewalld() throws Exception {
        bench.serve(lan.namespace(), "lan", 84);
        serve(engine, "ours", "-p", "5120:80");
        try (Firewalld firewall = Firewalld.startIn(bench.host(), "drop")) {
            assertBothWays(5120);

            firewall.command("--reload");
            assertBothWays(5120);

            // What is its own is dropped as before: the engine's host is not opened.
            bench.serve(bench.host(), "host", 5130);
            assertThat(fromLan(5130)).contains("Exception");
            serve(engine, "later", "-p", "5121:80");
            assertThat(fromLan(5121)).startsWith("later ");

            // The engine's own tables are put back beside it too.
            String id = Files.readString(engine.dataRoot().resolve("engine-id")).strip();
            for (String table : List.of("ports", "bridge")) {
                Program.of(
                                "nsenter",
                                "--net=" + bench.host(),
                                "nft",
                                "delete",
                                "table",
                                "inet",
                                "felucca-" + id + "-" + table)
                        .ok();
            }
            firewall.command("--reload");
            assertBothWays(5120);
        }
        await().untilAsserted(() -> assertThat(fromLan(5120)).startsWith("ours "));
    }

    @Test
    @DisplayName(
            "two engines on one host have their own bridges, subnets, ports and rules, and take nothing of the other's")
    void twoEngines() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "fl2");
        EngineUnderTest other = EngineUnderTest.empty("--bridge", "fl9", "--bip", "10.81.0.1/16")
                .startedBy("nsenter", "--net=" + bench.host());
        other.beginIn(folder);
        try {
            other.ok("import", Rootfs.busybox().toString(), "busybox");
            serve(engine, "ours", "-p", "5300:80");
            serve(other, "theirs", "-p", "5301:80");
            assertThat(fromLan(5300)).startsWith("ours ");
            assertThat(fromLan(5301)).startsWith("theirs ");

            assertThat(other.fails(125, "run", "-p", "5300:80", "busybox", "true"))
                    .contains("listen tcp4 0.0.0.0:5300: bind: address already in use");
            assertThat(other.fails(1, "network", "create", "-o", "com.docker.network.bridge.name=fl0", "x"))
                    .contains("cannot use the bridge fl0: it is another's (felucca ");
            InetAddress inside = Cidr.parseAddress(address(other, "theirs"));
            assertThat(fromContainer("ours", inside, 80)).contains("Exception");
            assertThat(fromContainer("ours", NetworkBench.HOST, 5301)).startsWith("theirs ");
            engine.ok("network", "create", "mine");
            other.ok("network", "create", "mine");
            String pool = "{{range .IPAM.Config}}{{.Subnet}}{{end}}";
            assertThat(engine.ok("network", "inspect", "-f", pool, "mine"))
                    .isNotEqualTo(other.ok("network", "inspect", "-f", pool, "mine"));

            other.removeContainers();
            other.ok("network", "rm", "mine");
            assertThat(fromLan(5301)).contains("Exception");
            assertThat(fromLan(5300)).startsWith("ours ");
        } finally {
            other.removeContainers();
            other.stop();
            MachineState.requireNothingOf(folder);
            Rootfs.delete(folder);
        }
        assertThat(fromLan(5300)).startsWith("ours ");
    }
}

package io.felucca.itests.networks;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine's options for networks, on a bridge that somebody else made, and what containers make of their own. */
@Timeout(300)
class NetworkOptionsIT {

    private static final String OWN_BRIDGE = "ip link set lo up; ip link add brown type bridge;"
            + " ip addr add 10.91.0.1/24 dev brown; ip link set brown up; exec \"$@\"";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox(
                    "--bridge",
                    "brown",
                    "--default-address-pool",
                    "base=10.90.0.0/16,size=24",
                    "--dns",
                    "192.0.2.53",
                    "--dns-search",
                    "corp.test",
                    "--dns-opt",
                    "ndots:3",
                    "--published-ports",
                    "49100-49101")
            .startedBy("unshare", "-n", "sh", "-c", OWN_BRIDGE, "sh");

    @AfterEach
    void removeNetworks() {
        engine.removeContainers();
        engine.ok("network", "prune", "-f");
    }

    private static void run(String name, String... options) {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        engine.ok(words.toArray(String[]::new));
    }

    private static String once(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--rm"));
        all.addAll(List.of(words));
        return engine.ok(all.toArray(String[]::new));
    }

    private static String address(String name, String network) {
        return engine.inspect(name)
                .path("NetworkSettings")
                .path("Networks")
                .path(network)
                .path("IPAddress")
                .textValue();
    }

    private static String onHost(String... words) {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(engine.pid()), "-n"));
        all.addAll(List.of(words));
        return new Program(all).ok();
    }

    @Test
    @DisplayName("--bridge NAME: containers are on a bridge that was there before, which stays as it was")
    void aBridgeOfSomebodyElse() {
        run("one");

        assertThat(address("one", "bridge")).isEqualTo("10.91.0.2");
        assertThat(engine.ok("exec", "one", "ip", "route")).contains("default via 10.91.0.1 ");
        engine.ok("exec", "one", "ping", "-c", "1", "-W", "30", "10.91.0.1");
        assertThat(onHost("ip", "link", "show", "brown")).doesNotContain("alias");
        assertThat(onHost("ip", "link", "show", "master", "brown")).contains("veth");
    }

    @Test
    @DisplayName("--default-address-pool: networks have their subnets from there")
    void defaultPools() {
        engine.ok("network", "create", "first");
        engine.ok("network", "create", "second");

        for (String[] expected : new String[][] {{"first", "10.90.0.0/24"}, {"second", "10.90.1.0/24"}}) {
            JsonNode network = EngineUnderTest.json(engine.ok("network", "inspect", expected[0]))
                    .get(0);
            assertThat(network.path("IPAM").path("Config").get(0).path("Subnet").textValue())
                    .isEqualTo(expected[1]);
        }
    }

    @Test
    @DisplayName("S140: -P chooses from the range that is set, and says so when none is left")
    void publishedPorts() {
        run("first", "-P", "--expose", "80");
        run("second", "-P", "--expose", "80");
        assertThat(engine.ok("port", "first", "80")).contains("0.0.0.0:49100");
        assertThat(engine.ok("port", "second", "80")).contains("0.0.0.0:49101");

        assertThat(engine.fails(125, "run", "-P", "--expose", "80", "busybox", "true"))
                .contains("all ports are allocated: none of 49100-49101 is free on 0.0.0.0 for tcp");
    }

    @Test
    @DisplayName("--dns, --dns-search, --dns-opt: the engine's, and a container's own in their place")
    void resolvConf() {
        assertThat(once("busybox", "cat", "/etc/resolv.conf"))
                .isEqualTo("search corp.test\nnameserver 192.0.2.53\noptions ndots:3");
        assertThat(once(
                        "--dns",
                        "192.0.2.54",
                        "--dns-search",
                        ".",
                        "--dns-option",
                        "rotate",
                        "busybox",
                        "cat",
                        "/etc/resolv.conf"))
                .isEqualTo("nameserver 192.0.2.54\noptions rotate");
        engine.ok("network", "create", "names");
        assertThat(once("--network", "names", "busybox", "cat", "/etc/resolv.conf"))
                .isEqualTo("search corp.test\nnameserver 127.0.0.11\noptions ndots:3");
    }

    @Test
    @DisplayName("--add-host: names of addresses, and host-gateway for the host's own")
    void addedHosts() {
        assertThat(once(
                        "--add-host",
                        "db:10.0.0.7",
                        "--add-host",
                        "host.internal:host-gateway",
                        "busybox",
                        "cat",
                        "/etc/hosts"))
                .contains("10.0.0.7\tdb\n")
                .contains("10.91.0.1\thost.internal\n");
    }

    @Test
    @DisplayName("--mac-address: the interface has it")
    void macAddress() {
        run("mac", "--mac-address", "02:42:0a:5b:00:63");

        assertThat(engine.ok("exec", "mac", "cat", "/sys/class/net/eth0/address"))
                .isEqualTo("02:42:0a:5b:00:63");
    }

    @Test
    @DisplayName("-o com.docker.network.driver.mtu and .bridge.name: the bridge and its containers have them")
    void driverOptions() {
        engine.ok(
                "network",
                "create",
                "-o",
                "com.docker.network.driver.mtu=1400",
                "-o",
                "com.docker.network.bridge.name=narrow",
                "small");
        run("one", "--network", "small");

        assertThat(engine.ok("exec", "one", "cat", "/sys/class/net/eth0/mtu")).isEqualTo("1400");
        assertThat(onHost("ip", "link", "show", "narrow")).contains("mtu 1400");
        engine.removeContainers();
        engine.ok("network", "rm", "small");
        assertThat(onHost("ip", "-br", "link")).doesNotContain("narrow");
    }

    @Test
    @DisplayName("--network container:ID: the other's interfaces, loopback and names are its own")
    void sharedNetwork() {
        engine.ok("run", "-d", "--name", "server", "busybox", "nc", "-ll", "-p", "80", "-e", "echo", "hello");
        run("guest", "--network", "container:server");

        await().untilAsserted(() ->
                assertThat(engine.ok("exec", "guest", "nc", "127.0.0.1", "80")).isEqualTo("hello"));
        assertThat(engine.ok("exec", "guest", "cat", "/etc/hosts"))
                .contains(address("server", "bridge") + "\t")
                .isEqualTo(engine.ok("exec", "server", "cat", "/etc/hosts"));
        assertThat(engine.inspect("guest").path("NetworkSettings").path("Networks"))
                .isEmpty();
    }

    @Test
    @DisplayName("S149: in a user's network a link is a name that its container alone knows, and no variables")
    void linksInUsersNetworks() {
        engine.ok("network", "create", "apart");
        run("db", "--network", "apart", "--expose", "5432");
        run("web", "--network", "apart", "--dns-search", ".", "--link", "db:d");
        run("other", "--network", "apart", "--dns-search", ".");

        assertThat(engine.ok("exec", "web", "nslookup", "d")).contains(address("db", "apart"));
        assertThat(engine.felucca("exec", "other", "nslookup", "d").run().exit())
                .isNotZero();
        assertThat(engine.ok("exec", "web", "env")).doesNotContain("D_PORT");

        String before = address("db", "apart");
        engine.ok("stop", "-t", "0", "db");
        run("between", "--network", "apart");
        engine.ok("start", "db");
        assertThat(address("db", "apart")).isNotEqualTo(before);
        assertThat(engine.ok("exec", "web", "nslookup", "d")).contains(address("db", "apart"));
    }

    @Test
    @DisplayName("network disconnect -f: a network that is gone is forgotten")
    void aNetworkThatIsGone() {
        engine.ok("network", "create", "gone");
        engine.ok("create", "--name", "left", "--network", "gone", "busybox", "true");
        engine.ok("network", "rm", "gone");
        assertThat(engine.fails(1, "network", "disconnect", "gone", "left")).contains("network gone not found");

        engine.ok("network", "disconnect", "-f", "gone", "left");

        assertThat(engine.inspect("left").path("NetworkSettings").path("Networks"))
                .isEmpty();
        assertThat(engine.fails(1, "network", "disconnect", "-f", "gone", "left"))
                .contains("is not connected to the network gone");
        engine.ok("start", "left");
    }

    @Test
    @DisplayName("events tell of a network's whole life, to prune")
    void events() {
        String since = Instant.now().toString();
        engine.ok("network", "create", "told");
        once("--network", "told", "busybox", "true");
        engine.ok("network", "prune", "-f");

        assertThat(engine.ok(
                        "events",
                        "--since",
                        since,
                        "--until",
                        Instant.now().toString(),
                        "--filter",
                        "type=network",
                        "--format",
                        "{{.Action}}"))
                .isEqualTo("create\nconnect\ndisconnect\ndestroy\nprune");
    }
}

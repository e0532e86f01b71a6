package io.felucca.itests.networks;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks, names, links and published ports as a user types them; the engine is in a network namespace of its own. */
class NetworkIT {

    private static final String NAMESPACE =
            "felucca-it-" + ProcessHandle.current().pid();

    private static final int MANY = 20;
    /** Connections, files that are read just now. */
    private static final int OTHER_DESCRIPTORS = 12;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "felucca0")
            .startedBy(
                    "sh",
                    "-c",
                    "ip netns list | grep -q '^" + NAMESPACE + "' || ip netns add " + NAMESPACE
                            + "; exec nsenter --net=" + "/run/netns/" + NAMESPACE
                            + " sh -c 'ip link set lo up; exec \"$@\"' sh \"$@\"",
                    "sh");

    @AfterAll
    static void removeNamespace() {
        engine.removeContainers();
        Program.of("ip", "netns", "delete", NAMESPACE).run();
    }

    private static String address(String name, String network) {
        return engine.inspect(name)
                .path("NetworkSettings")
                .path("Networks")
                .path(network)
                .path("IPAddress")
                .textValue();
    }

    @Test
    @DisplayName(
            "S140, S141, S143, S145, S146: published ports are shown as Docker shows them, one in use is refused whole")
    void S140_ports() {
        engine.ok(
                "run",
                "-d",
                "--name",
                "one",
                "-p",
                "8080:80",
                "-p",
                "127.0.0.1::81/udp",
                "--expose",
                "5432",
                "busybox",
                "sleep",
                "1000");
        assertThat(engine.ok("ps", "--format", "{{.Ports}}"))
                .isEqualTo("0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:49000->81/udp, 5432/tcp");

        assertThat(engine.fails(
                        125, "run", "-d", "--name", "two", "-p", "9090:90", "-p", "8080:80", "busybox", "sleep", "9"))
                .contains("driver failed programming external connectivity on endpoint two (")
                .contains("Bind for 0.0.0.0:8080 failed: port is already allocated");
        assertThat(engine.status("two")).isEqualTo("created");
        assertThat(engine.inspect("two").path("NetworkSettings").path("Ports")).isEmpty();
        engine.ok("run", "-d", "--name", "three", "-p", "9090:90", "busybox", "sleep", "1000");

        engine.ok("run", "-d", "--name", "all", "-P", "--expose", "80", "busybox", "sleep", "1000");
        String port = engine.ok("port", "all", "80").lines().findFirst().orElseThrow();
        assertThat(Integer.parseInt(port.substring(port.lastIndexOf(':') + 1))).isBetween(49000, 49900);
        assertThat(engine.fails(1, "port", "all", "99")).contains("Error: No public port '99' published for all");
    }

    @Test
    @DisplayName("B4: ports of a running container are added and taken away, and are there after a restart")
    void B4_portsChange() {
        engine.ok("run", "-d", "--name", "b4", "-p", "8080:80", "busybox", "sleep", "1000");
        engine.ok("port", "add", "b4", "127.0.0.1:8081:80");
        assertThat(engine.ok("port", "b4", "80")).contains("0.0.0.0:8080").contains("127.0.0.1:8081");
        engine.ok("port", "rm", "b4", "8080:80");

        engine.ok("restart", "-t", "0", "b4");

        assertThat(engine.ok("port", "b4")).isEqualTo("80/tcp -> 127.0.0.1:8081");
        Program.of(
                        "curl",
                        "-sSf",
                        "--unix-socket",
                        engine.socket().toString(),
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        "{\"PortBindings\":{\"90/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8082\"}]}}",
                        "http://x/containers/b4/update")
                .ok();
        assertThat(engine.ok("port", "b4")).isEqualTo("90/tcp -> 127.0.0.1:8082");
    }

    @Test
    @DisplayName(
            "S149, S150, S151, S152, S154: a link brings names, variables and hosts entries, which follow a restart")
    void S149_links() {
        engine.ok("run", "-d", "--name", "db", "-e", "A=1", "--expose", "5432", "busybox", "sleep", "1000");
        String first = address("db", "bridge");
        assertThat(engine.ok("run", "--rm", "--name", "once", "--link", "db:d", "busybox", "env"))
                .contains("D_PORT=tcp://" + first + ":5432")
                .contains("D_PORT_5432_TCP_ADDR=" + first)
                .contains("D_PORT_5432_TCP_PORT=5432")
                .contains("D_PORT_5432_TCP_PROTO=tcp")
                .contains("D_NAME=/once/d")
                .contains("D_ENV_A=1");
        engine.ok("run", "-d", "--name", "web", "--link", "db:d", "busybox", "sleep", "1000");
        assertThat(engine.ok("ps", "--no-trunc", "--format", "{{.Names}}")).contains("db,web/d");
        assertThat(engine.inspect("web").path("HostConfig").path("Links").get(0).textValue())
                .isEqualTo("/db:/web/d");

        engine.ok("stop", "-t", "0", "db");
        engine.ok("run", "-d", "--name", "between", "busybox", "sleep", "1000");
        engine.ok("start", "db");

        String second = address("db", "bridge");
        assertThat(second).isNotEqualTo(first);
        assertThat(engine.ok("exec", "web", "cat", "/etc/hosts"))
                .contains(second + "\td ")
                .doesNotContain(first + "\td ");
        assertThat(engine.fails(125, "run", "--rm", "--link", "nosuch:x", "busybox", "true"))
                .contains("could not get container for nosuch: No such container: nosuch");
    }

    @Test
    @DisplayName("users' networks: names and aliases, addresses asked for, connected while it runs; Docker's errors")
    void usersNetworks() {
        engine.ok("network", "create", "--subnet", "10.61.0.0/29", "small");
        assertThat(engine.fails(1, "network", "create", "--subnet", "10.61.0.0/24", "other"))
                .contains("Pool overlaps with other one on this address space");
        assertThat(engine.fails(1, "network", "create", "--subnet", "10.61.0.0/99", "other"))
                .contains("Invalid subnet 10.61.0.0/99 : invalid CIDR address: 10.61.0.0/99");
        assertThat(engine.fails(1, "network", "create", "small")).contains("network with name small already exists");
        engine.ok(
                "run",
                "-d",
                "--name",
                "srv",
                "--network",
                "name=small,alias=w,ip=10.61.0.5",
                "busybox",
                "sleep",
                "1000");
        engine.ok("run", "-d", "--name", "late", "busybox", "sleep", "1000");
        assertThat(address("srv", "small")).isEqualTo("10.61.0.5");
        assertThat(engine.fails(1, "network", "connect", "--ip", "10.61.0.5", "small", "late"))
                .contains("Address already in use");

        engine.ok("network", "connect", "small", "late");
        assertThat(engine.ok("exec", "late", "nslookup", "w")).contains("10.61.0.5");
        assertThat(engine.ok("exec", "late", "nslookup", "srv")).contains("10.61.0.5");
        engine.ok("exec", "late", "ping", "-c", "1", "-W", "5", "srv");
        assertThat(engine.fails(1, "network", "connect", "small", "late"))
                .contains("endpoint with name late already exists in network small");
        assertThat(engine.fails(1, "network", "rm", "small")).contains("has active endpoints");
        for (int i = 0; i < 3; i++) {
            engine.ok("run", "-d", "--network", "small", "busybox", "sleep", "1000");
        }
        assertThat(engine.fails(125, "run", "--network", "small", "busybox", "true"))
                .contains("no available IPv4 addresses on this network's address pools: small (");

        engine.ok("network", "disconnect", "small", "late");
        assertThat(engine.fails(1, "network", "disconnect", "small", "late"))
                .contains("is not connected to network small");
        engine.removeContainers();
        assertThat(engine.ok("network", "prune", "-f")).contains("small");
        assertThat(engine.ok("network", "ls", "--format", "{{.Name}}").lines())
                .containsExactly("bridge", "host", "none");
    }

    @Test
    @DisplayName("an engine that was killed knows what is whose: no address is given twice, names are served again")
    void killed() {
        engine.ok("network", "create", "--subnet", "10.62.0.0/24", "kept");
        engine.ok("network", "create", "chosen");
        Set<String> addresses = new HashSet<>();
        for (String name : new String[] {"k1", "k2", "k3"}) {
            engine.ok("run", "-d", "--name", name, "--network", "kept", "busybox", "sleep", "1000");
            addresses.add(address(name, "kept"));
        }

        engine.kill();
        engine.start();

        EngineUnderTest.await()
                .untilAsserted(() ->
                        assertThat(engine.ok("exec", "k1", "nslookup", "k3")).contains(address("k3", "kept")));
        engine.ok("run", "-d", "--name", "k4", "--network", "kept", "busybox", "sleep", "1000");
        addresses.add(address("k4", "kept"));
        assertThat(engine.fails(1, "network", "connect", "--ip", "172.30.0.9", "chosen", "k4"))
                .contains("user specified IP address is supported only when connecting to networks with user"
                        + " configured subnets");
        assertThat(addresses).hasSize(4);
        JsonNode members = EngineUnderTest.json(engine.ok("network", "inspect", "kept"))
                .get(0)
                .path("Containers");
        assertThat(members).hasSize(4);
        engine.removeContainers();
        engine.ok("network", "rm", "kept", "chosen");
    }

    @Test
    @DisplayName(
            "issue 11: a container on a user's network costs two descriptors, also in the next engine; ends are seen")
    void containersCostTwoDescriptors() {
        engine.ok("network", "create", "costs");
        engine.ok("run", "-d", "--name", "cost", "--network", "costs", "busybox", "sleep", "1000");
        int before = engine.descriptors();
        for (int i = 0; i < MANY; i++) {
            engine.ok("run", "-d", "--name", "cost" + i, "--network", "costs", "busybox", "sleep", "1000");
        }
        await().untilAsserted(() ->
                assertThat(engine.descriptors()).isLessThanOrEqualTo(before + 2 * MANY + OTHER_DESCRIPTORS));

        engine.kill();
        engine.start();
        await().untilAsserted(() ->
                assertThat(engine.ok("exec", "cost0", "nslookup", "cost1")).contains(address("cost1", "costs")));
        await().untilAsserted(() ->
                assertThat(engine.descriptors()).isLessThanOrEqualTo(before + 2 * MANY + OTHER_DESCRIPTORS));

        String monitor = engine.ok("inspect", "-f", "{{.Id}}", "cost0").strip();
        Program.of("pkill", "-KILL", "-f", "conmon .*--cid " + monitor).ok();
        engine.ok("stop", "-t", "0", "cost1");
        await().untilAsserted(() -> assertThat(engine.status("cost0")).isEqualTo("exited"));
        assertThat(engine.inspect("cost0").path("State").path("ExitCode").intValue())
                .isEqualTo(255);
        assertThat(engine.status("cost1")).isEqualTo("exited");
        engine.ok("rm", "-f", "cost");
        for (int i = 0; i < MANY; i++) {
            engine.ok("rm", "-f", "cost" + i);
        }
        engine.ok("network", "rm", "costs");
    }
}

package io.felucca.itests.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.testkit.network.NetworkBench;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of a bridge that lets no traffic pass between them; the engine is in a network namespace of its own. */
class LinkedTrafficIT {

    private static final NetworkBench bench = new NetworkBench();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox(
                    "--bridge",
                    "fl0",
                    "--bip",
                    "10.77.0.1/16",
                    "--icc=false",
                    "--ipv6",
                    "--fixed-cidr-v6",
                    "fd00:66::/64")
            .startedBy("nsenter", "--net=" + bench.host());

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    private static int reaches(String from, String address, int port) {
        return engine.felucca("exec", from, "sh", "-c", "echo x | nc -w 2 " + address + " " + port)
                .run()
                .exit();
    }

    private static String address(String name, String field) {
        return engine.inspect(name).path("NetworkSettings").path(field).textValue();
    }

    @Test
    @DisplayName(
            "S152, S153: with traffic between containers off, a link opens the exposed ports of its source by IPv4 and IPv6, also when that starts again, until its last alias is taken back, and nothing else")
    void S153_onlyLinkedPairsPass() {
        engine.ok(
                "run",
                "-d",
                "--name",
                "db",
                "--expose",
                "5432",
                "busybox",
                "sh",
                "-c",
                "nc -ll -p 5432 -e cat & nc -ll -p 5433 -e cat & sleep 1000");
        engine.ok("run", "-d", "--name", "stranger", "busybox", "sleep", "1000");
        engine.ok("run", "-d", "--name", "web", "--link", "db:db", "--link", "db:store", "busybox", "sleep", "1000");
        assertThat(address("db", "GlobalIPv6Address")).startsWith("fd00:66::");
        assertThat(engine.ok("exec", "web", "cat", "/etc/hosts"))
                .contains(address("db", "IPAddress") + "\tdb ")
                .contains(address("db", "GlobalIPv6Address") + "\tdb ");
        for (String address : List.of(address("db", "IPAddress"), address("db", "GlobalIPv6Address"))) {
            EngineUnderTest.await().until(() -> reaches("web", address, 5432) == 0);
            assertThat(reaches("web", address, 5433)).isNotZero();
            assertThat(reaches("stranger", address, 5432)).isNotZero();
        }

        String source = address("db", "IPAddress");
        engine.ok("rm", "--link", "web/store");
        assertThat(reaches("web", source, 5432)).isZero();
        engine.ok("restart", "-t", "0", "db");
        assertThat(address("db", "IPAddress")).isEqualTo(source);
        EngineUnderTest.await().until(() -> reaches("web", source, 5432) == 0);
        assertThat(reaches("stranger", source, 5432)).isNotZero();

        String address = address("web", "IPAddress");
        engine.ok("rm", "--link", "web/db");
        assertThat(engine.ok("exec", "web", "cat", "/etc/hosts")).doesNotContain("\tdb ");
        assertThat(reaches("web", address("db", "IPAddress"), 5432)).isNotZero();
        engine.ok("rm", "-f", "web");
        engine.ok("run", "-d", "--name", "heir", "busybox", "sleep", "1000");
        assertThat(address("heir", "IPAddress")).isEqualTo(address);
        assertThat(reaches("heir", address("db", "IPAddress"), 5432)).isNotZero();
    }

    @Test
    @DisplayName(
            "S153, B4: a link whose driver is away when the engine starts lets traffic pass all the while and has its variables, and is taken back at the end")
    void B4_theDriverComesLate() {
        List<String> linked = startPair("late");
        engine.ok("driver", "stop", "io.felucca.link");
        try {
            engine.kill();
            engine.start();
            assertThat(reaches("late-web", linked.get(1), 5432)).isZero();
            assertThat(engine.ok("exec", "late-web", "env")).contains("DB_PORT");
        } finally {
            engine.ok("driver", "start", "io.felucca.link");
        }
        assertThat(engine.ok("exec", "late-web", "env")).contains("DB_PORT");
        assertThat(reaches("late-web", linked.get(1), 5432)).isZero();
        engine.ok("rm", "-f", "late-web");
        assertThat(heirReaches("late-heir", linked)).isFalse();
    }

    @Test
    @DisplayName(
            "S153, S154: a source that starts at another address is followed, and who has its old one is not reached")
    void S154_theSourceMoves() {
        List<String> linked = startPair("freed");
        move("freed", linked);
        assertFollowed("freed", linked);
    }

    @Test
    @DisplayName(
            "S154, B4: a source that starts at another address while the link driver is away is followed when the driver comes; who has its old address meanwhile is not reached")
    void B4_theSourceMovesWhileTheDriverIsAway() {
        List<String> linked = startPair("moved");
        engine.ok("driver", "stop", "io.felucca.link");
        try {
            move("moved", linked);
        } finally {
            engine.ok("driver", "start", "io.felucca.link");
        }
        assertFollowed("moved", linked);
    }

    @Test
    @DisplayName(
            "S153, S154, B4: what becomes of linked containers while the link driver is away, in an engine that started without it, is put right too")
    void B4_theDriverComesLateToContainersThatChanged() {
        List<String> moved = startPair("apart");
        List<String> ended = startPair("gone");
        engine.ok("driver", "stop", "io.felucca.link");
        try {
            engine.kill();
            engine.start();
            engine.ok("rm", "-f", "gone-web");
            assertThat(heirReaches("gone-heir", ended)).isFalse();
            move("apart", moved);
        } finally {
            engine.ok("driver", "start", "io.felucca.link");
        }
        assertFollowed("apart", moved);
        assertThat(reaches("gone-heir", ended.get(1), 5432)).isNotZero();
    }

    /** The source goes, a stranger that listens takes its address, and the source starts at another. */
    private static void move(String name, List<String> linked) {
        engine.ok("stop", "-t", "0", name + "-db");
        engine.ok("run", "-d", "--name", name + "-taker", "busybox", "nc", "-ll", "-p", "5432", "-e", "cat");
        assertThat(address(name + "-taker", "IPAddress")).isEqualTo(linked.get(1));
        EngineUnderTest.await().until(() -> reaches(name + "-taker", linked.get(1), 5432) == 0);
        assertThat(reaches(name + "-web", linked.get(1), 5432)).isNotZero();
        engine.ok("start", name + "-db");
        assertThat(address(name + "-db", "IPAddress")).isNotEqualTo(linked.get(1));
    }

    private static void assertFollowed(String name, List<String> linked) {
        String now = address(name + "-db", "IPAddress");
        EngineUnderTest.await().until(() -> reaches(name + "-web", now, 5432) == 0);
        assertThat(engine.ok("exec", name + "-web", "cat", "/etc/hosts"))
                .contains(now + "\tdb ")
                .doesNotContain(linked.get(1) + "\t");
        assertThat(engine.ok("exec", name + "-web", "env")).contains("DB_PORT_5432_TCP_ADDR=" + now);
        assertThat(reaches(name + "-web", linked.get(1), 5432)).isNotZero();
    }

    @Test
    @DisplayName("S153: what a link opened is closed for a container that ended while no engine ran")
    void S153_anEndWithoutEngineClosesToo() {
        List<String> linked = startPair("lost");
        int pid = engine.inspect("lost-web").path("State").path("Pid").intValue();
        engine.kill();
        Program.of("kill", "-9", Integer.toString(pid)).run().requireOk();
        engine.start();
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(engine.inspect("lost-web")
                                .path("State")
                                .path("Running")
                                .booleanValue())
                        .isFalse());
        assertThat(heirReaches("lost-heir", linked)).isFalse();
    }

    /** A source that listens on the port it exposes and on another, and a recipient that reaches it. @return their addresses */
    private static List<String> startPair(String name) {
        engine.ok(
                "run",
                "-d",
                "--name",
                name + "-db",
                "--expose",
                "5432",
                "busybox",
                "sh",
                "-c",
                "nc -ll -p 5432 -e cat & sleep 1000");
        engine.ok("run", "-d", "--name", name + "-web", "--link", name + "-db:db", "busybox", "sleep", "1000");
        String source = address(name + "-db", "IPAddress");
        EngineUnderTest.await().until(() -> reaches(name + "-web", source, 5432) == 0);
        return List.of(address(name + "-web", "IPAddress"), source);
    }

    /** A stranger that gets the recipient's address. */
    private static boolean heirReaches(String name, List<String> linked) {
        engine.ok("run", "-d", "--name", name, "busybox", "sleep", "1000");
        assertThat(address(name, "IPAddress")).isEqualTo(linked.get(0));
        return reaches(name, linked.get(1), 5432) == 0;
    }
}

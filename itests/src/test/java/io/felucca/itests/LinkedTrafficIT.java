package io.felucca.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.engine.EngineUnderTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of a bridge that lets no traffic pass between them; the engine is in a network namespace of its own. */
class LinkedTrafficIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--icc=false")
            .startedBy("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");

    private static int reaches(String from, String address, int port) {
        return engine.felucca("exec", from, "sh", "-c", "echo x | nc -w 2 " + address + " " + port)
                .run()
                .exit();
    }

    @Test
    @DisplayName(
            "S152, S153: with traffic between containers off, a link opens the exposed ports of its source, and nothing else")
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
        String address =
                engine.inspect("db").path("NetworkSettings").path("IPAddress").textValue();
        engine.ok("run", "-d", "--name", "stranger", "busybox", "sleep", "1000");
        engine.ok("run", "-d", "--name", "web", "--link", "db:db", "busybox", "sleep", "1000");
        EngineUnderTest.await().until(() -> reaches("web", "db", 5432) == 0);

        assertThat(reaches("web", address, 5433)).isNotZero();
        assertThat(reaches("stranger", address, 5432)).isNotZero();

        engine.ok("stop", "-t", "0", "web");
        engine.ok("rm", "web");
        assertThat(reaches("stranger", address, 5432)).isNotZero();
    }
}

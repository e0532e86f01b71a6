package io.felucca.itests.builder;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds whose steps are on a bridge and have volumes, and the drivers of both; in a network namespace of its own. */
@Timeout(300)
class BuildDriversIT {

    private static final String NAMESPACE =
            "felucca-bd-" + ProcessHandle.current().pid();

    private static final List<String> DRIVERS = List.of(
            "io.felucca.network.bridge",
            "io.felucca.portmap.nftables",
            "io.felucca.volume.local",
            "io.felucca.log.json.file",
            "io.felucca.link");

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "felucca0")
            .startedBy(
                    "sh",
                    "-c",
                    "ip netns list | grep -q '^" + NAMESPACE + "' || ip netns add " + NAMESPACE
                            + "; exec nsenter --net=" + "/run/netns/" + NAMESPACE
                            + " sh -c 'ip link set lo up; exec \"$@\"' sh \"$@\"",
                    "sh");

    @TempDir
    Path context;

    @AfterAll
    static void removeNamespace() {
        engine.removeContainers();
        Program.of("ip", "netns", "delete", NAMESPACE).run();
    }

    @Test
    @DisplayName(
            "B1: a build goes on when the drivers of networks, ports, volumes, logs and links are replaced under its"
                    + " step")
    void driversAreReplacedUnderABuild() throws IOException {
        engine.ok(
                "run",
                "-d",
                "--name",
                "web",
                "-p",
                "8080:80",
                "busybox",
                "sh",
                "-c",
                "echo page >/index.html; exec httpd -f -h /");
        String address = engine.inspect("web")
                .path("NetworkSettings")
                .path("Networks")
                .path("bridge")
                .path("IPAddress")
                .textValue();
        Files.writeString(context.resolve("Dockerfile"), """
                FROM busybox
                VOLUME /data
                RUN echo in >/data/f; wget -qO /before http://%1$s/; echo waits; \\
                    while [ ! -e /go ]; do sleep 0.1; done; rm /go; wget -qO /after http://%1$s/; cat /data/f
                RUN echo in >/data/f; wget -qO - http://%1$s/ | cat /before /after - >/all; cat /data/f
                """.formatted(address));
        try (Program.Running build =
                engine.felucca("build", "-t", "made", context.toString()).start()) {
            await().untilAsserted(() -> assertThat(build.out()).contains("\nwaits\n"));
            String step = engine.felucca("ps", "-q").run().requireOk().lines().get(0);
            for (String driver : DRIVERS) {
                engine.ok("driver", "stop", driver);
                engine.ok("driver", "start", driver);
            }
            engine.ok("exec", step, "touch", "/go");
            assertThat(build.finish().requireOk().out().split("\nin\n", -1)).hasSize(3);
        }
        assertThat(engine.runOnce("made", "cat", "/all").run().requireOk().out())
                .isEqualTo("page\npage\npage\n");
        assertThat(engine.felucca("ps", "-aq").run().requireOk().lines()).hasSize(1);
        assertThat(engine.ok("volume", "ls", "-q")).isEmpty();
    }
}

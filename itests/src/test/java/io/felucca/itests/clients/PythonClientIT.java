package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.testkit.network.NetworkBench;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: a script on Debian's python3-docker, which shows the same on dockerd. */
@Timeout(300)
class PythonClientIT {

    private static final NetworkBench bench = new NetworkBench();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.77.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    private static List<String> results(String host) {
        return Program.of("/usr/bin/python3", "-W", "ignore", "src/test/resources/clients/docker_py.py")
                .env("DOCKER_HOST", host)
                .run(120)
                .requireOk()
                .err()
                .lines()
                .filter(line -> line.startsWith("test_"))
                .toList();
    }

    @Test
    @DisplayName("B13: containers, exec, streams, archives, images, volumes, networks and events by python3-docker")
    void B13_script() {
        List<String> here = results(engine.host());
        assertThat(here).hasSize(12).allMatch(line -> line.endsWith("... ok"));
        try (DockerDaemon dockerd = DockerDaemon.start()) {
            dockerd.docker("import", Rootfs.busybox().toString(), "busybox").ok();
            assertThat(results(dockerd.host())).isEqualTo(here);
        }
    }
}

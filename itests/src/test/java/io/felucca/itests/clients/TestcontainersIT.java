package io.felucca.itests.clients;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.images.ReaperImage;
import io.felucca.testkit.network.NetworkBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * B13: Testcontainers, unchanged, in JVMs of their own: its settings are variables of the environment, and published
 * ports are reached in the engine's network namespace alone.
 */
@Timeout(300)
class TestcontainersIT {

    private static final String PACKAGE = "io.felucca.itests.clients.";
    private static final String REAPER = "felucca-tests/reaper:1";

    private static final NetworkBench bench = new NetworkBench();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.77.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @TempDir
    Path home;

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    private Program testcontainers(String mainClass, String... words) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> all = new java.util.ArrayList<>(List.of(
                "nsenter",
                "--net=" + bench.host(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + home,
                "-cp",
                classPath,
                mainClass));
        all.addAll(List.of(words));
        return new Program(all).env("DOCKER_HOST", engine.host());
    }

    private Result use(Program program) {
        Result result = program.run(240);
        assertThat(result.exit()).as(result.toString()).isZero();
        return result;
    }

    @Test
    @DisplayName(
            "B13: a GenericContainer starts, of a built image too, is waited for, executes, copies and stops; Ryuk is off")
    void B13_withoutRyuk() {
        use(testcontainers("io.felucca.itests.uml.NamedTests", PACKAGE + "GenericContainerUse")
                .env("TESTCONTAINERS_RYUK_DISABLED", "true"));

        assertThat(engine.ok("ps", "-aq")).isEmpty();
        assertThat(engine.ok("network", "ls", "-q", "--filter", "type=custom")).isEmpty();
    }

    @Test
    @DisplayName(
            "B13: a reaper that speaks Ryuk's protocol in a container with the engine's socket removes what is left")
    void B13_withRyuk() throws IOException {
        engine.felucca("import", ReaperImage.rootfs().toString(), "--change", "ENTRYPOINT [\"/reaper\"]", REAPER)
                .ok();

        Result left = testcontainers(PACKAGE + "LeftToTheReaper")
                .env("TESTCONTAINERS_RYUK_CONTAINER_IMAGE", REAPER)
                .run(120);

        assertThat(left.exit()).as(left.toString()).isEqualTo(9);
        assertThat(left.out()).contains("started ");
        await().untilAsserted(() -> assertThat(engine.ok("ps", "-a", "--format", "{{.Image}} {{.Names}}"))
                .isEmpty());
        assertThat(engine.ok("network", "ls", "-q", "--filter", "type=custom")).isEmpty();
    }
}

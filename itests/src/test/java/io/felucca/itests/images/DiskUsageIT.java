package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerCommands;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code system df} with a format: as docker's command 28 tells it of dockerd. */
@Timeout(300)
class DiskUsageIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "none");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final String MADE = """
            volume create --label a=b used
            run -d --name sizes --label x=y --network none -v used:/v busybox sh -c 'echo 12345 > /v/a; sleep 100000'
            exec sizes dd if=/dev/zero of=/v/big bs=1234567 count=1 status=none
            exec sizes dd if=/dev/zero of=/big bs=1000 count=7 status=none
            """;

    private static final String REMOVED = """
            rm -f sizes
            volume rm used
            """;

    private static final List<String> ASKED = List.of(
            "system df --format json",
            "system df --format '{{json .Size}} {{.Type}}'",
            "system df -v --format json",
            "system df -v --format '{{json .}}'",
            "system df -v --format '{{json .Volumes}}{{json .BuildCache}}'",
            "system df -v --format '{{range .Containers}}{{.ID}} {{.Names}} {{.Command}} {{.Size}} {{.Label \"x\"}}{{end}}'",
            "system df -v --format 'table {{range .Containers}}{{.ID}} {{.Names}} {{.Command}}{{end}}'",
            "system df -v --format '{{range .Images}}{{.Repository}}:{{.Tag}} {{.SharedSize}} {{.UniqueSize}}{{end}}'",
            "system df -v --format table",
            "system df -v --format '{{.Nothing}}'",
            "system df -v --format '{{'",
            "system df -v");

    /** What docker's command 28.2.2 wrote of dockerd 20.10.24, its parts that vary masked. */
    private static final String VOLUMES = "[{\"Availability\":\"N/A\",\"Driver\":\"local\",\"Group\":\"N/A\","
            + "\"Labels\":\"a=b\",\"Links\":\"1\",\"Mountpoint\":\"<root>/volumes/used/_data\",\"Name\":\"used\","
            + "\"Scope\":\"local\",\"Size\":\"1.235MB\",\"Status\":\"N/A\"}][]";

    private static void all(Function<String[], Program> command, String script) {
        script.lines()
                .map(CliComparison::words)
                .forEach(words -> command.apply(words).ok());
    }

    private static String told(Function<String[], Program> command, String line) {
        return Masks.told(command.apply(CliComparison.words(line)).run())
                .replaceAll("\\d{4}-\\d\\d-\\d\\d [0-9:]+ \\+0000 UTC", "<time>")
                .strip();
    }

    @Test
    @DisplayName("system df --format: JSON, templates and tables of all objects have docker 28's fields and text forms")
    void formats() {
        all(engine::felucca, MADE);
        all(daemon::docker, MADE);
        for (String line : ASKED) {
            String ours = told(engine::felucca, line);
            // The command 20.10 takes no format beside -v.
            if (!DockerCommands.firstIsDebians()) {
                assertThat(ours).as(line).isEqualTo(told(daemon::docker, line));
            }
        }
        assertThat(told(engine::felucca, ASKED.get(4))).isEqualTo("exit 0\n" + VOLUMES + "-- stderr");
        all(engine::felucca, REMOVED);
        all(daemon::docker, REMOVED);
    }
}

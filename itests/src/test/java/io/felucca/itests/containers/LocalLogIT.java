package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's log driver local, beside dockerd's. */
@Timeout(300)
class LocalLogIT {

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "none");

    /** What a user sees of a container that logs. */
    private static String seen(Function<String[], Program> docker) {
        docker.apply(words(
                        "run --name logged --network none --log-driver local --log-opt max-file=3 busybox seq 1 2000"))
                .ok();
        return docker.apply(words("logs logged")).ok()
                + docker.apply(words("logs --tail 3 logged")).ok()
                + docker.apply(words("inspect -f {{.HostConfig.LogConfig}}{{.LogPath}} logged"))
                        .ok();
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    @Test
    @DisplayName("--log-driver local: logs, tail and inspect are dockerd's")
    void isDockerds() {
        assertThat(seen(words -> engine.docker("1.41", words))).isEqualTo(seen(daemon::docker));
    }

    @Test
    @DisplayName("an option that local does not have is refused in dockerd's words")
    void refused() {
        String[] words = words("create --network none --log-driver local --log-opt labels=x busybox true");

        assertThat(engine.docker("1.41", words).run().requireExit(1).err())
                .isEqualTo(daemon.docker(words).run().requireExit(1).err())
                .contains("unknown log opt 'labels' for log driver local");
    }

    private static long compressedFiles(String id) {
        String[] names =
                engine.dataRoot().resolve("containers").resolve(id).toFile().list();
        return Stream.of(names).filter(name -> name.endsWith(".gz")).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json-file", "local"})
    @DisplayName("B8: compress=true: what was rotated lies in gzip, and logs reads it")
    void compressed(String driver) {
        String asked = "-d --name packed --network none --log-driver " + driver
                + " --log-opt max-size=10k --log-opt max-file=3 --log-opt compress=true busybox";
        String show = "inspect -f {{.HostConfig.LogConfig}} packed";
        daemon.docker(words("run " + asked + " true")).ok();
        String id = engine.docker("1.41", CliComparison.words("run " + asked + " sh -c 'mkfifo /f; exec cat <> /f'"))
                .ok();
        assertThat(engine.docker("1.41", words(show)).ok())
                .isEqualTo(daemon.docker(words(show)).ok());

        EngineUnderTest.await()
                .until(() ->
                        engine.felucca(words("exec packed test -p /f")).run().exit() == 0);
        for (int first = 1001; first < 3000; first += 250) {
            int last = first + 249;
            engine.ok("exec", "packed", "sh", "-c", "seq " + first + " " + last + " > /f");
            EngineUnderTest.await()
                    .until(() -> engine.ok("logs", "--tail", "1", "packed").equals("" + last));
        }
        EngineUnderTest.await().until(() -> compressedFiles(id) == 2);
        engine.ok("stop", "-t", "0", "packed");

        List<String> lines = engine.ok("logs", "packed").lines().toList();
        assertThat(lines).hasSizeGreaterThan(150);
        int begin = Integer.parseInt(lines.get(0));
        assertThat(lines)
                .isEqualTo(IntStream.rangeClosed(begin, 3000)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(engine.ok("logs", "--tail", "100", "packed").lines().toList())
                .isEqualTo(lines.subList(lines.size() - 100, lines.size()));
        engine.ok("rm", "packed");
    }
}

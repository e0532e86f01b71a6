package io.felucca.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.engine.DockerDaemon;
import io.felucca.itests.engine.EngineUnderTest;
import io.felucca.itests.engine.Program;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

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
}

package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The same commands to dockerd 20.10 and to this engine: the same events, in the same order. */
@Timeout(300)
class EventOrderIT {

    /** Not networks: here a container has left them before its end is told, so that its ports are free. */
    private static final String NO_NETWORKS = "--filter type=container --filter type=volume --filter type=image";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void fillFolder() throws IOException {
        Files.writeString(folder.resolve("file"), "of the host\n");
    }

    /** What happens meanwhile is told alike under each of these filters. */
    private static void compare(String script, String... filters) {
        Instant begin = Instant.now();
        new CliComparison(engine, daemon, Map.of()).compareOnce(script.replace("<folder>", folder.toString()));
        String since = "%d.%09d".formatted(begin.getEpochSecond(), begin.getNano());
        String until = Long.toString(Instant.now().getEpochSecond() + 1);
        for (String filter : filters) {
            String line = "events --since " + since + " --until " + until + " " + filter;
            assertThat(happened(engine.docker("1.41", CliComparison.words(line))))
                    .as(line)
                    .isEqualTo(happened(daemon.docker(CliComparison.words(line))));
        }
    }

    /** 20.10 tells of a volume's creation again whenever a container is created with it. */
    private static List<String> happened(Program events) {
        List<String> happened = new ArrayList<>();
        for (String line : events.run().requireOk().lines()) {
            String told = Masks.masked(line).replaceFirst("^\\S+ ", "");
            boolean again = told.startsWith("volume create ") && !told.contains("<id>") && happened.contains(told);
            if (!again) {
                happened.add(told);
            }
        }
        return happened;
    }

    @Test
    @DisplayName("Volumes: create, mount, unmount, destroy and prune, with dockerd's attributes")
    void volumes() {
        compare(
                """
                volume create --label a=b ev
                create --name first --network none -v ev:/d:ro busybox true
                start -a first
                rm -v first
                run --rm --network none -v /anonymous busybox true
                run --rm --network none --mount type=volume,source=evt,target=/t,volume-opt=type=tmpfs,volume-opt=device=tmpfs busybox true
                create --network none -v ev:/x:bad busybox true
                volume create -o nosuch=1 zz
                volume rm nosuch
                volume rm ev
                volume create pruned
                volume prune -f
                volume rm evt
                """,
                "--filter type=volume",
                "--filter type=volume --filter volume=ev",
                "--filter type=volume --filter event=destroy",
                "--filter type=volume --filter event=mount",
                "--filter type=volume --filter volume=nosuch");
    }

    @Test
    @DisplayName("cp mounts and unmounts a container's volumes for each look, copy and failure, whether it runs or not")
    void cp() {
        compare("""
                create --name cc --network none -v ev:/d busybox sleep 1000
                cp <folder>/file cc:/d/x
                cp cc:/d/x -
                cp cc:/nosuch -
                cp <folder>/file cc:/nosuch/x
                start cc
                cp <folder>/file cc:/y
                cp cc:/y -
                export -o <folder>/x.tar cc
                diff cc
                rm -f cc
                create --name ro --network none -v ev:/d:ro busybox true
                cp <folder>/file ro:/d/x
                cp ro:/d/x -
                rm ro
                volume rm ev
                """, NO_NETWORKS, "--filter type=volume");
    }

    @Test
    @DisplayName("commit pauses what runs, tags, tells, then lets it go on; with --pause=false it only tags and tells")
    void commit() {
        compare("""
                run -d --name cc --network none busybox sleep 1000
                commit cc made
                commit --pause=false cc made:2
                commit -m why -a who cc
                commit cc made
                pause cc
                commit cc made:3
                unpause cc
                commit cc Made
                stop -t 0 cc
                commit cc made:4
                rm cc
                rmi made made:2 made:3 made:4
                image prune -f
                """, NO_NETWORKS, "--filter event=commit");
    }
}

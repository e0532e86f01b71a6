package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.Answer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerCommands;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * B13: what the API shows of the same things on dockerd 20.10 and on this engine at API 1.41: the same keys at every depth,
 * and a value of the same kind for each, where null, an empty list and an empty object are three kinds; but for {@link
 * #ALLOWED}.
 */
@Timeout(300)
class JsonShapeIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox()
            .startedBy("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    /** Paths that differ on purpose, each with its reason. */
    private static final List<Pattern> ALLOWED = Stream.of(
                    // 20.10 forgets the gateway of a bridge that it has just made, until its next start.
                    "/networks/bridge:.IPAM.Config[].Gateway",
                    // A health check may be under way, on either.
                    "/containers/full/json:.ExecIDs",
                    // 20.10 picks some of the kernel's counters.
                    "/containers/plain/stats:.memory_stats.stats.",
                    "/containers/full/stats:.memory_stats.stats.",
                    // What an image was made from is not kept with it; the API has dropped it in 1.45.
                    "/images/full/json:.ContainerConfig.",
                    // Each engine has runtimes of its own.
                    "/info:.Runtimes.",
                    // Volumes with options take room too: that of a quota, for one.
                    "/system/df:.Volumes[].Labels",
                    "/system/df:.Volumes[].Options")
            .map(path -> Pattern.compile(Pattern.quote(path)))
            .toList();

    /** What 20.10's command gives as another kind of nothing than later ones, which dockerd gives back as it was given. */
    private static final Pattern GIVEN_NOTHING =
            Pattern.compile("/containers/\\w+/json:\\.HostConfig\\.(?:BlkioDevice\\w+|Ulimits) (?:null|\\[])"
                    + "|/volumes[^ ]*\\.(?:Labels|Options) (?:null|\\{})");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** Of each kind of thing one with nothing and one with all that can be asked for. */
    private static final List<String> THINGS = List.of(
            "network create plain",
            "network create --ipv6 --subnet fd00:66::/64 --subnet 10.66.0.0/24 --ip-range 10.66.0.128/25 --gateway 10.66.0.9"
                    + " --aux-address a=10.66.0.8 --label a=b -o com.docker.network.driver.mtu=1400 full",
            "volume create plain",
            "volume create --label a=b -o type=tmpfs -o device=tmpfs full",
            "run -d --name plain busybox sleep 1000",
            "run -d -it --name full --network full --ip 10.66.0.200 --network-alias al -p 8080:80 -p 81/udp --expose 82"
                    + " -v full:/data -v /usr:/host:ro --mount type=volume,src=plain,dst=/m --tmpfs /t -e A=1 -l a=b"
                    + " --health-cmd true --health-interval 1s --restart on-failure:2 --memory 64m --cpus 0.5"
                    + " --ulimit nofile=100:200 --device /dev/null:/dev/nul --cap-add NET_ADMIN --cap-drop MKNOD --dns 1.1.1.1"
                    + " --dns-search x --dns-option ndots:1 --add-host a:1.1.1.1 --group-add 9 --security-opt no-new-privileges"
                    + " --log-opt max-size=1m --sysctl net.ipv4.ip_forward=1 --hostname h --user 0:0 --workdir /"
                    + " --stop-signal INT --stop-timeout 1 --read-only --shm-size 1m"
                    + " busybox sleep 1000",
            "create --name made --network none busybox true",
            "run --name ended busybox false",
            "run -d --name linked --link plain:p --volumes-from full --entrypoint sleep busybox 1000",
            "commit -c 'ENV A=1' -c 'EXPOSE 80' -c 'LABEL a=b' -c 'VOLUME /v' -c 'USER 1' -c 'ENTRYPOINT [\"x\"]' -c"
                    + " 'CMD [\"y\"]' -a someone -m words ended full");

    private static final List<String> ANSWERS = List.of(
            "/containers/plain/json",
            "/containers/full/json?size=1",
            "/containers/made/json",
            "/containers/ended/json",
            "/containers/linked/json",
            "/containers/json?all=1&size=1",
            "/containers/plain/top",
            "/containers/plain/changes",
            "/containers/made/changes",
            "/containers/plain/stats?stream=0",
            "/containers/full/stats?stream=0&one-shot=1",
            "/containers/made/stats?stream=0",
            "/images/busybox/json",
            "/images/full/json",
            "/images/json",
            "/images/full/history",
            "/networks/bridge",
            "/networks/host",
            "/networks/none",
            "/networks/plain",
            "/networks/full",
            "/networks",
            "/volumes/plain",
            "/volumes/full",
            "/volumes",
            "/system/df",
            "/version",
            "/info");

    private static void make(Function<String[], Program> docker) {
        for (String line : THINGS) {
            Result result = docker.apply(CliComparison.words(line)).run();
            assertThat(result.exit()).as(result.toString()).isEqualTo(line.endsWith("false") ? 1 : 0);
        }
        EngineUnderTest.await()
                .until(() -> docker.apply(new String[] {"inspect", "-f", "{{.State.Health.Status}}", "full"})
                        .run()
                        .out()
                        .contains("healthy"));
    }

    @Test
    @DisplayName("B13: the keys and kinds of values of each answer are dockerd's")
    void shapes() {
        make(daemon::docker);
        make(words -> engine.docker("1.41", words));
        SoftAssertions all = new SoftAssertions();
        for (String target : ANSWERS) {
            TreeSet<String> theirs = shape(daemon.socket(), target);
            TreeSet<String> ours = shape(engine.socket(), target);
            all.assertThat(without(ours, theirs)).as("more than dockerd").isEmpty();
            all.assertThat(without(theirs, ours)).as("missing").isEmpty();
        }
        all.assertAll();
    }

    private static List<String> without(TreeSet<String> all, TreeSet<String> others) {
        return all.stream()
                .filter(line -> !others.contains(line))
                .filter(line -> !(DockerCommands.firstIsDebians()
                        && GIVEN_NOTHING.matcher(line).matches()))
                .filter(line -> ALLOWED.stream()
                        .noneMatch(allowed -> allowed.matcher(line).lookingAt()))
                .toList();
    }

    private static TreeSet<String> shape(Path socket, String target) {
        Answer answer = Answer.of(RawClient.ask(socket, "GET", "/v1.41" + target, ""));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        TreeSet<String> lines = new TreeSet<>();
        String what = target.replaceFirst("\\?.*", "");
        add(lines, what + ":", EngineUnderTest.json(answer.body()));
        return lines;
    }

    private static void add(TreeSet<String> lines, String path, JsonNode node) {
        lines.add(path + " " + kind(node));
        node.properties().forEach(field -> add(lines, path + "." + key(field.getKey()), field.getValue()));
        if (node.isArray()) {
            node.forEach(element -> add(lines, path + "[]", element));
        }
    }

    private static String key(String name) {
        return ID.matcher(name).replaceAll("<id>");
    }

    private static String kind(JsonNode node) {
        if (node.isContainerNode() && node.isEmpty()) {
            return node.isArray() ? "[]" : "{}";
        }
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}

package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.DockerCommands;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The same words to docker with dockerd 20.10 and to felucca: the same exit codes and texts, after masking. */
@Timeout(300)
class DockerComparisonIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    @TempDir
    Path folder;

    /** Allowed differences besides those of {@link Masks}: how the two programs name themselves, and their hints to a help. */
    private static final Map<Pattern, String> MASKS = Map.of(
            Pattern.compile("\\b(?:docker|felucca|Docker|Felucca)\\b"), "<program>",
            Pattern.compile("(?:\n+Usage: [^\n]*)?\n+(?:Run|See) '[^\n]* --help'(?: for more information|\\.)"), "",
            // 20.10's command ends what it tells by a full stop, and says who misses something in a word less.
            Pattern.compile("(?m)^((?:<program>|docker): .*)\\.$"), "$1",
            Pattern.compile("(?m)^Error: (?=No such container)"), "Error response from daemon: ");

    /** What felucca says, as later docker commands do, where 20.10's command has words or rules of its own. */
    private static final Map<String, String> WORDS_OF_LATER = Map.of(
            "run",
            "exit 1\n-- stderr\n<program>: '<program> run' requires at least 1 argument\n",
            "rmi nosuch",
            "exit 1\n-- stderr\nError response from daemon: No such image: nosuch:latest\n",
            "create --restart on-failure:x --network none busybox true",
            "exit 125\n-- stderr\n<program>: invalid restart policy format: maximum retry count must be an integer\n",
            "create --restart :3 --network none busybox true",
            "exit 125\n-- stderr\n<program>: invalid restart policy format: no policy provided before colon\n",
            "create --restart always --rm --network none busybox true",
            "exit 125\n-- stderr\n<program>: conflicting options: cannot specify both --restart and --rm\n");

    /** Texts of one side that need not be the other's, each with its reason. */
    private static final List<String> NOT_COMPARED = List.of(
            // 20.10 wraps its own message once more.
            "inspect --type image nosuch",
            // 20.10 has the words of the reference grammar of its day, the docker command those of today.
            "tag busybox UPPER",
            // 20.10 forgets the tag here and nowhere else.
            "save nosuch",
            // The command checks this option while it reads the words, and adds its usage.
            "run --rm --network none -e =x busybox true");

    private static String masked(String text) {
        String masked = Masks.masked(text);
        for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
            masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
        }
        return masked;
    }

    private static String told(Result result) {
        return "exit " + result.exit() + "\n" + masked(result.out()) + "-- stderr\n" + masked(result.err());
    }

    private static void compare(List<List<String>> script) {
        SoftAssertions all = new SoftAssertions();
        for (List<String> words : script) {
            String[] array = words.toArray(String[]::new);
            String line = String.join(" ", words);
            String ours = told(engine.felucca(array).run());
            String theirs = told(daemon.docker(array).run());
            if (NOT_COMPARED.contains(line)) {
                ours = ours.lines().findFirst().orElseThrow();
                theirs = theirs.lines().findFirst().orElseThrow();
            }
            boolean later = DockerCommands.firstIsDebians() && WORDS_OF_LATER.containsKey(line);
            all.assertThat(ours).as(line).isEqualTo(later ? WORDS_OF_LATER.get(line) : theirs);
        }
        all.assertAll();
    }

    private static List<List<String>> script(String text) {
        List<List<String>> script = new ArrayList<>();
        for (String line : text.strip().lines().toList()) {
            script.add(List.of(line.strip().split(" ")));
        }
        return script;
    }

    @Test
    @DisplayName("A container's life is told as docker tells it")
    void aContainersLife() {
        compare(script("""
                create --name life --network none busybox sleep 1000
                create --name life --network none busybox sleep 1000
                ps -a
                pause life
                start life
                start life
                ps
                ps -q
                rm life
                pause life
                ps
                unpause life
                unpause life
                rename life lives
                rename lives lives
                kill -s NOSUCH lives
                stop -t 0 lives
                stop lives
                kill lives
                ps -a
                wait lives
                restart -t 0 lives
                rm -f lives
                rm lives
                rm -f lives
                ps -a
                """));
    }

    @Test
    @DisplayName("Restart policies, health checks and updates are refused as docker refuses them")
    void policiesAndLimits() {
        compare(script("""
                create --restart bogus --network none busybox true
                create --restart always:4 --network none busybox true
                create --restart on-failure:-4 --network none busybox true
                create --restart on-failure:x --network none busybox true
                create --restart :3 --network none busybox true
                create --restart always --rm --network none busybox true
                create --health-cmd x --health-interval 1us --network none busybox true
                create --health-cmd x --no-healthcheck --network none busybox true
                create --health-retries -1 --network none busybox true
                create --memory-swappiness 200 --network none busybox true
                create --name upd --restart on-failure:3 --health-cmd true --network none busybox sleep 1000
                update upd
                update -m 1m upd
                update -m 64m upd
                update -m 64m --memory-swap 128m upd
                update --restart bogus upd
                update --cpus 1 upd
                update --cpu-quota 50000 upd
                update -m 64m nosuch
                inspect -f {{.HostConfig.RestartPolicy}}{{.HostConfig.Memory}}{{.HostConfig.NanoCpus}}{{.RestartCount}} upd
                top upd
                top nosuch
                stats --no-stream nosuch
                start upd
                top upd -o cmd
                top upd --nosuch
                kill upd
                inspect -f {{.State.Status}}{{.State.ExitCode}}{{.State.Health.Status}} upd
                rm upd
                """));
    }

    @Test
    @DisplayName("What cannot start is told as docker tells it")
    void whatCannotStart() {
        compare(script("""
                run --rm --network none busybox nosuch
                run --rm --network none busybox /nosuch
                run --rm --network none busybox /etc/passwd
                run --rm --network none busybox /etc
                run --rm --network none -w /etc/passwd busybox true
                run --rm --network none -u nosuch busybox true
                run --rm --network none -u root:nosuch busybox true
                run --rm --network none -m 1k busybox true
                run --rm --network none --cap-add NOSUCH busybox true
                run --rm --network none --nosuch busybox true
                run --rm --network none --name / busybox true
                run --rm --network none -e =x busybox true
                run --rm --network none busybox sh -c 'exit'
                run
                ps --nosuch
                inspect nosuch
                inspect --type image nosuch
                start nosuch
                stop nosuch
                rm nosuch
                logs nosuch
                exec nosuch true
                wait nosuch
                rmi nosuch
                tag nosuch x
                tag busybox UPPER
                history nosuch
                save nosuch
                import /nosuch.tar
                load -i /nosuch.tar
                """));
    }

    @Test
    @DisplayName("Images are told as docker tells them")
    void images() {
        compare(script("""
                images
                images -q
                tag busybox other:1
                tag busybox other
                images other
                images --format {{.Repository}}:{{.Tag}} other
                images --format {{.Repository}}:{{.Tag}} busybox
                history busybox
                rmi other:1
                rmi other
                run -d --name user --network none busybox sleep 1000
                rmi busybox
                image inspect -f {{.Os}} busybox
                inspect -f {{.Config.Cmd}} busybox
                inspect -f {{json}} busybox
                inspect -f {{.Nosuch}} busybox
                images --filter nosuch=1
                rm -f user
                """));
    }

    @Test
    @DisplayName("Inspect has docker's fields, in docker's order, with docker's values")
    void inspect() {
        List<String> run = List.of(
                "run",
                "-d",
                "--name",
                "seen",
                "--network",
                "none",
                "-e",
                "A=b",
                "-l",
                "x=y",
                "-m",
                "64m",
                "--cpus",
                "0.5",
                "--ulimit",
                "nofile=100:200",
                "--cap-add",
                "NET_ADMIN",
                "-w",
                "/tmp",
                "busybox",
                "sleep",
                "1000");
        compare(List.of(run));
        String ours = engine.ok("inspect", "seen");
        String theirs = daemon.docker("inspect", "seen").ok();
        if (DockerCommands.firstIsDebians()) {
            // It gives capabilities as they were typed.
            theirs = theirs.replace("\"NET_ADMIN\"", "\"CAP_NET_ADMIN\"");
        }

        assertThat(masked(compared(ours))).isEqualTo(masked(compared(theirs)));
        compare(List.of(List.of("rm", "-f", "seen")));
    }

    /** Lines of both that are the engine's own: where it keeps things, which runtime, what networks have. */
    static String compared(String inspect) {
        StringBuilder kept = new StringBuilder();
        boolean graph = false;
        for (String line : inspect.lines().toList()) {
            graph = graph || line.contains("\"GraphDriver\"");
            // 20.10 does not mask these paths yet; later engines do.
            boolean own = graph
                    || line.contains("/sys/devices/virtual/powercap")
                    || line.contains("/proc/interrupts")
                    || line.matches(
                            " +\"(Pid|.*Path|Runtime|SandboxID|SandboxKey|NetworkID|EndpointID|Hostname)\": .*");
            if (!own) {
                kept.append(line.replace("\"/sys/firmware\",", "\"/sys/firmware\""))
                        .append('\n');
            }
            graph = graph && !line.matches(" {8}\\},?");
        }
        return kept.toString();
    }
}

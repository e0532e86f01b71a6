package io.felucca.shell.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.FeluccaException.StartFailure;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.images.ImageConfig.Healthcheck;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeContainers.LogLine;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import io.felucca.shell.remote.CommandClient.Running;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerCommandsTest {

    private final FakeContainers containers = new FakeContainers();
    private final FakeArchives archives = new FakeArchives();
    private final FakeRegistry registry = new FakeRegistry();
    private final FakeImages images = new FakeImages();
    private final CommandClient client = new CommandClient(ContainerCommands.functions(
            containers,
            archives,
            images,
            new ImagePull(() -> registry),
            Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("S98: run creates and starts, shows the output and ends with the container's code")
    void runShowsOutputAndEndsWithTheContainersCode() throws Exception {
        Result result = client.run("run", "--rm", "--name", "web", "busybox", "echo", "hello", "-i", "--rm=x")
                .succeeds();

        assertThat(result.out()).isEqualTo("hello -i --rm=x\n");
        assertThat(containers.lastSpec.name()).isEqualTo("web");
        assertThat(containers.lastSpec.hostConfig().autoRemove()).isTrue();
        assertThat(containers.lastSpec.config().cmd()).containsExactly("echo", "hello", "-i", "--rm=x");
        assertThat(client.run("run", "busybox", "exit", "42").code()).isEqualTo(42);
    }

    @Test
    @DisplayName("S101: run -d prints the full id and returns")
    void detachedRunPrintsTheId() throws Exception {
        Result result = client.run("run", "-d", "busybox", "sleep", "100").succeeds();

        assertThat(result.out()).matches("[0-9a-f]{64}\n");
        assertThat(containers.lastSpec.config().attachStdout()).isFalse();
        assertThat(containers.calls).noneMatch(call -> call.startsWith("attach"));
    }

    @Test
    @DisplayName("S103: run -i sends the user's input and its end")
    void interactiveRunSendsInputAndItsEnd() throws Exception {
        client.input = "one\ntwo\n";

        Result result = client.run("run", "-i", "busybox", "cat").succeeds();

        assertThat(result.out()).isEqualTo("one\ntwo\n");
        assertThat(containers.lastSpec.config().openStdin()).isTrue();
        assertThat(containers.lastSpec.config().stdinOnce()).isTrue();
    }

    @Test
    void aCommandThatDoesNotReadEatsNoInput() throws Exception {
        client.input = null;

        Running running = client.begin("run", "busybox", "echo", "x");

        running.finish().succeeds();
        assertThat(running.stdinCredit).isZero();
    }

    @Test
    @DisplayName("S106: combined letters, a terminal in raw mode, its size, and ctrl-p ctrl-q")
    void terminalsAreRawSizedAndDetachable() throws Exception {
        client.terminal(true);
        client.input = null;

        Running running = client.begin("run", "-it", "--name", "sh", "busybox", "sleep");
        await().until(() -> running.stdinCredit > 0);
        assertThat(containers.calls).contains("resize sh 100x30");
        running.resize(90, 20);
        await().until(() -> containers.calls.contains("resize sh 90x20"));
        containers.output("sh", false, "prompt");
        running.type("a\u0010b\u0010\u0011");
        Result result = running.finish().succeeds();

        assertThat(result.out()).isEqualTo("prompt");
        assertThat(containers.input("sh")).isEqualTo("a\u0010b");
        assertThat(running.rawModes).containsExactly(1, 0);
        assertThat(containers.get("sh").state().running()).isTrue();
    }

    @Test
    void otherDetachKeysMayBeChosen() throws Exception {
        client.terminal(true);
        client.input = "x\u0001q";

        client.run("run", "-it", "--detach-keys", "ctrl-a,q", "--name", "sh", "busybox", "sleep")
                .succeeds();

        assertThat(containers.input("sh")).isEqualTo("x");
        assertThat(client.run("run", "-it", "--detach-keys", "ctrl-1", "busybox")
                        .err())
                .isEqualTo("felucca: invalid detach keys (ctrl-1): Unknown character: 'ctrl-1'\n");
    }

    @Test
    void inputThatIsNoTerminalIsRefused() throws Exception {
        assertThat(client.run("run", "-it", "busybox", "sh"))
                .isEqualTo(new Result(1, "", "the input device is not a TTY\n"));
    }

    @Test
    void signalsReachTheContainerUnlessTheyAreTheUsersOwn() throws Exception {
        Running proxied = client.begin("run", "--name", "a", "busybox", "sleep");
        await().until(() -> containers.calls.contains("start a"));
        proxied.signal("TERM");
        assertThat(proxied.finish().code()).isEqualTo(137);
        assertThat(containers.calls).contains("kill a TERM");

        Running own = client.begin("run", "--sig-proxy=false", "--name", "b", "busybox", "sleep");
        await().until(() -> containers.calls.contains("start b"));
        own.signal("INT");
        assertThat(own.finish().code()).isEqualTo(130);
        assertThat(containers.get("b").state().running()).isTrue();
        await().until(() -> own.served().isDone());
    }

    @Test
    @DisplayName("S104: a user who hangs up leaves the container running and no thread waiting")
    void hangingUpLeavesTheContainerRunning() throws Exception {
        Running running = client.begin("run", "--name", "a", "busybox", "sleep");
        await().until(() -> containers.calls.contains("start a"));

        running.hangUp();

        await().until(() -> running.served().isDone());
        assertThat(containers.get("a").state().running()).isTrue();
    }

    @Test
    void aCommandThatIsNotThereEndsWith127AndOneThatIsNotExecutableWith126() throws Exception {
        containers.startFailure = FeluccaException.notStarted(
                Kind.INVALID,
                "exec: \"nosuch\": executable file not found in $PATH: unknown",
                Optional.of(StartFailure.NOT_FOUND),
                null);
        assertThat(client.run("run", "busybox", "nosuch"))
                .isEqualTo(
                        new Result(
                                127,
                                "",
                                "felucca: Error response from daemon: exec: \"nosuch\": executable file not found in $PATH: unknown\n"));
        containers.startFailure = FeluccaException.notStarted(
                Kind.INVALID,
                "exec: \"/etc\": permission denied: unknown",
                Optional.of(StartFailure.NOT_EXECUTABLE),
                null);
        assertThat(client.run("run", "busybox", "/etc").code()).isEqualTo(126);
        assertThat(client.run("run", "--pull", "never", "nosuch"))
                .isEqualTo(new Result(125, "", "felucca: Error response from daemon: No such image: nosuch:latest\n"));
        assertThat(client.run("create", "--pull", "never", "nosuch"))
                .isEqualTo(new Result(1, "", "Error response from daemon: No such image: nosuch:latest\n"));
        assertThat(registry.calls).isEmpty();
    }

    @Test
    @DisplayName("S19: run and create pull an image that is not here, and tell it on standard error")
    void aMissingImageIsPulled() throws Exception {
        registry.onPull = containers.missingImages::clear;
        Result result = client.run("run", "--platform", "linux/arm64", "nosuch", "echo", "hello");

        assertThat(result)
                .isEqualTo(new Result(
                        0,
                        "hello\n",
                        "Unable to find image 'nosuch:latest' locally\n"
                                + "latest: Pulling from library/x\nStatus: Downloaded newer image\n"));
        assertThat(registry.calls).containsExactly("pull docker.io/library/nosuch:latest linux/arm64");
        containers.missingImages.add("nosuch");
        assertThat(client.run("create", "--quiet", "nosuch").succeeds().out()).matches("[0-9a-f]{64}\n");
    }

    @Test
    @DisplayName("S19: --pull always pulls before the creation, never does not, and any other word is refused")
    void pullFollowsItsPolicy() throws Exception {
        Result result = client.run("run", "--pull", "always", "busybox", "echo", "hello");
        assertThat(result.out()).isEqualTo("hello\n");
        assertThat(result.err()).startsWith("latest: Pulling from").doesNotContain("Unable to find");
        assertThat(registry.calls).hasSize(1);
        client.run("run", "busybox", "echo", "hello").succeeds();
        assertThat(registry.calls).hasSize(1);
        assertThat(client.run("run", "--pull", "often", "busybox"))
                .isEqualTo(new Result(
                        125,
                        "",
                        "felucca: invalid pull option: 'often': must be one of"
                                + " \"always\", \"missing\" or \"never\"\n"));
        String id = "0".repeat(64);
        containers.missingImages.add(id);
        assertThat(client.run("run", id).code()).isEqualTo(125);
        assertThat(registry.calls).hasSize(1);
    }

    @Test
    @DisplayName("S19: a pull that fails ends run with 125 and create with 1, in the registry's words")
    void aFailedPullEndsTheCommand() throws Exception {
        registry.failure = FeluccaException.notFound("pull access denied for nosuch");
        assertThat(client.run("run", "nosuch"))
                .isEqualTo(new Result(
                        125,
                        "",
                        "Unable to find image 'nosuch:latest' locally\n"
                                + "felucca: Error response from daemon: pull access denied for nosuch\n"));
        assertThat(client.run("create", "-q", "nosuch"))
                .isEqualTo(new Result(1, "", "Error response from daemon: pull access denied for nosuch\n"));
        assertThat(containers.calls).noneMatch(call -> call.startsWith("start"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--gpus=all"})
    void anOptionWhosePartIsNotBuiltIsRefused(String option) throws Exception {
        Result result = client.run("run", option, "busybox");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).startsWith("felucca: -").contains("is not supported by this version of felucca");
        assertThat(containers.lastSpec).isNull();
    }

    @Test
    @DisplayName("images' signatures are not verified: who asks for that is refused")
    void contentTrustIsRefused() throws Exception {
        assertThat(client.run("create", "--disable-content-trust=true", "busybox")
                        .code())
                .isZero();

        Result result = client.run("create", "--disable-content-trust=false", "busybox");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("signatures of images are not verified by this version of felucca");
    }

    @Test
    void optionsBecomeTheContainersConfiguration() throws Exception {
        client.files.put("vars", "# comment\nF=1\n\n  G=two words\n");
        client.files.put("profile.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        client.start.put("env", Map.of("USERS", "own"));

        client.run(
                        "run",
                        "-d",
                        "-eA=1",
                        "--env",
                        "USERS",
                        "-e",
                        "UNSET",
                        "--env-file",
                        "vars",
                        "-w/tmp",
                        "-u1:2",
                        "--entrypoint",
                        "",
                        "-h",
                        "host",
                        "--read-only",
                        "--tmpfs",
                        "/run:size=64m",
                        "--privileged",
                        "--cap-add=NET_ADMIN",
                        "--cap-drop",
                        "ALL",
                        "--security-opt",
                        "seccomp=profile.json",
                        "--init",
                        "--network",
                        "host",
                        "-m",
                        "512m",
                        "--memory-swap=-1",
                        "--cpus",
                        "1.5",
                        "--cpu-shares",
                        "7",
                        "--cpuset-cpus",
                        "0",
                        "--pids-limit",
                        "100",
                        "--ulimit",
                        "nofile=1024:2048",
                        "-l",
                        "a=b",
                        "--label",
                        "c",
                        "--log-driver",
                        "json-file",
                        "--log-opt",
                        "max-size=1m",
                        "--storage-opt",
                        "driver=vfs",
                        "--userns",
                        "host",
                        "--pid=host",
                        "--ipc",
                        "private",
                        "--uts",
                        "host",
                        "--shm-size",
                        "1g",
                        "--sysctl",
                        "net.a=1",
                        "--device",
                        "/dev/fuse",
                        "--group-add",
                        "audio",
                        "--stop-signal",
                        "INT",
                        "--stop-timeout",
                        "3",
                        "--oom-kill-disable",
                        "--oom-score-adj",
                        "-5",
                        "--add-host",
                        "h:10.0.0.1",
                        "--dns",
                        "9.9.9.9",
                        "--expose",
                        "80-81",
                        "busybox")
                .succeeds();

        ContainerConfig config = containers.lastSpec.config();
        HostConfig host = containers.lastSpec.hostConfig();
        assertThat(config.env()).containsExactly("F=1", "G=two words", "A=1", "USERS=own");
        assertThat(config.workingDir()).isEqualTo("/tmp");
        assertThat(config.user()).isEqualTo("1:2");
        assertThat(config.entrypoint()).containsExactly("");
        assertThat(config.cmd()).isNull();
        assertThat(config.hostname()).isEqualTo("host");
        assertThat(config.labels()).isEqualTo(Map.of("a", "b", "c", ""));
        assertThat(config.exposedPorts()).containsExactlyInAnyOrder("80/tcp", "81/tcp");
        assertThat(config.stopTimeout()).isEqualTo(3);
        assertThat(host.readonlyRootfs()).isTrue();
        assertThat(host.tmpfs()).isEqualTo(Map.of("/run", "size=64m"));
        assertThat(host.capAdd()).containsExactly("CAP_NET_ADMIN");
        assertThat(host.securityOpt()).containsExactly("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        assertThat(host.init()).isTrue();
        assertThat(host.networkMode()).isEqualTo("host");
        assertThat(host.resources().memory()).isEqualTo(512L << 20);
        assertThat(host.resources().memorySwap()).isEqualTo(-1);
        assertThat(host.resources().nanoCpus()).isEqualTo(1_500_000_000L);
        assertThat(host.resources().pidsLimit()).isEqualTo(100);
        assertThat(host.resources().ulimits()).containsExactly(new HostConfig.Ulimit("nofile", 1024, 2048));
        assertThat(host.resources().devices()).containsExactly(new HostConfig.Device("/dev/fuse", "/dev/fuse", "rwm"));
        assertThat(host.logConfig()).isEqualTo(new HostConfig.LogConfig("json-file", Map.of("max-size", "1m")));
        assertThat(host.oomScoreAdj()).isEqualTo(-5);
        assertThat(host.extraHosts()).containsExactly("h:10.0.0.1");
        assertThat(host.shmSize()).isEqualTo(1L << 30);
    }

    @Test
    void theOptionsOfOneRunAreNotThoseOfTheNext() throws Exception {
        client.run("run", "-d", "--rm", "-e", "A=1", "--sig-proxy=false", "--init", "-m", "1g", "busybox", "sleep");
        client.run("run", "-d", "--nosuch");
        client.run("run", "-d", "-l", "a=b", "busybox");

        assertThat(containers.lastSpec.config().env()).isEmpty();
        assertThat(containers.lastSpec.config().cmd()).isNull();
        assertThat(containers.lastSpec.hostConfig().autoRemove()).isFalse();
        assertThat(containers.lastSpec.hostConfig().init()).isNull();
        assertThat(containers.lastSpec.hostConfig().resources().memory()).isZero();
    }

    @Test
    void wrongOptionsAreToldInDockersWords() throws Exception {
        String hint = "\n\nUsage:  felucca run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n"
                + "Run 'felucca run --help' for more information\n";
        assertThat(client.run("run", "--nosuch")).isEqualTo(new Result(125, "", "unknown flag: --nosuch" + hint));
        assertThat(client.run("run", "-y")).isEqualTo(new Result(125, "", "unknown shorthand flag: 'y' in -y" + hint));
        assertThat(client.run("run", "-ity").err()).isEqualTo("unknown shorthand flag: 'y' in -y" + hint);
        assertThat(client.run("run", "--name").err()).isEqualTo("flag needs an argument: --name" + hint);
        assertThat(client.run("run", "-e").err()).isEqualTo("flag needs an argument: 'e' in -e" + hint);
        assertThat(client.run("run", "--rm=x", "busybox").err())
                .isEqualTo("invalid argument \"x\" for \"--rm\" flag: strconv.ParseBool: parsing \"x\": invalid syntax"
                        + hint);
        assertThat(client.run("run", "-m", "abc", "busybox").err())
                .isEqualTo("invalid argument \"abc\" for \"-m, --memory\" flag: invalid size: 'abc'" + hint);
        assertThat(client.run("run", "--oom-score-adj", "x", "busybox").err())
                .startsWith("invalid argument \"x\" for \"--oom-score-adj\" flag: strconv.ParseInt");
        assertThat(client.run("run"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "felucca: 'felucca run' requires at least 1 argument\n\n"
                                + "Usage:  felucca run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n"
                                + "See 'felucca run --help' for more information\n"));
        assertThat(client.run("run", "--env-file", "nope", "busybox"))
                .isEqualTo(new Result(125, "", "felucca: open nope: no such file or directory\n"));
        assertThat(client.run("run", "--rm", "--restart", "always", "busybox").err())
                .isEqualTo("felucca: conflicting options: cannot specify both --restart and --rm\n");
        assertThat(client.run("nosuch"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "felucca: unknown command: felucca nosuch\n\nRun 'felucca --help' for more information\n"));
        assertThat(client.run("creat").err())
                .isEqualTo("felucca: unknown command: felucca creat\n\nDid you mean 'felucca create'?\n\n"
                        + "Run 'felucca --help' for more information\n");
    }

    @Test
    void createPrintsTheIdAndWritesItToTheFile() throws Exception {
        containers.warnings.add("Your kernel does not support x. y discarded.");

        Result result = client.run("create", "--cidfile", "id", "busybox", "sh");

        assertThat(result.out()).matches("[0-9a-f]{64}\n");
        assertThat(result.err()).isEqualTo("WARNING: Your kernel does not support x. y discarded.\n");
        assertThat(client.written).containsEntry("id", result.out().strip());
        client.files.put("id", "old");
        assertThat(client.run("run", "--cidfile", "id", "busybox").err())
                .isEqualTo(
                        "felucca: container ID file found, make sure the other container isn't running or delete id\n");
    }

    @Test
    @DisplayName("S107, S112, S113: ps has Docker's columns and texts")
    void psHasDockersColumnsAndTexts() throws Exception {
        client.run("run", "-d", "--name", "web", "-l", "env=prod", "busybox", "sleep", "with \"quotes\" and more")
                .succeeds();
        client.run("run", "--name", "done", "busybox", "exit", "3");

        assertThat(client.run("ps").succeeds().out())
                .isEqualTo(
                        "CONTAINER ID   IMAGE     COMMAND                   CREATED          STATUS          PORTS     NAMES\n"
                                + "0000000000"
                                + "00   busybox   \"sleep 'with \\\"quotes\\…\"   18 seconds ago   Up 17 seconds             web\n"
                                        .replace("\\…", "…"));
        assertThat(client.run("ps", "-aq").succeeds().out()).isEqualTo("000000000000\n000000000000\n");
        assertThat(client.run("ps", "-a", "--format", "{{.Names}}:{{.Status}}:{{.Label \"env\"}}")
                        .succeeds()
                        .out())
                .isEqualTo("done:Exited (3) Less than a second ago:\nweb:Up 17 seconds:prod\n");
        assertThat(client.run("ps", "-l", "--format", "table {{.Names}}\\t{{.Label \"a.env\"}}")
                        .succeeds()
                        .out())
                .isEqualTo("NAMES     env\ndone      \n");
        assertThat(client.run("ps", "-f", "status=running", "-f", "name=a", "-f", "name=b")
                        .code())
                .isZero();
        assertThat(containers.calls).contains("list false {status=[running], name=[a, b]}");
        assertThat(client.run("ps", "-f", "x").err())
                .startsWith(
                        "invalid argument \"x\" for \"-f, --filter\" flag: bad format of filter (expected name=value)\n");
        assertThat(client.run("ps", "--format", "{{.Foo}}").err())
                .isEqualTo("failed to execute template: template: :1:2: executing \"\" at <.Foo>: "
                        + "can't evaluate field Foo in type *formatter.ContainerContext\n");
        assertThat(client.run("ps", "-s").succeeds().out()).contains("5B (virtual 1.98MB)");
        assertThat(client.run("ps", "--format", "json").succeeds().out()).startsWith("{\"Command\":\"\\\"sleep ");
    }

    @Test
    @DisplayName("S114: rm of several: errors do not stop the rest, and the exit code is 1")
    void removingSeveralGoesOnAfterErrors() throws Exception {
        client.run("run", "-d", "--name", "up", "busybox", "sleep");
        client.run("run", "--name", "done", "busybox", "exit", "0");

        assertThat(client.run("rm", "nope", "up", "done"))
                .isEqualTo(new Result(
                        1,
                        "done\n",
                        "Error response from daemon: No such container: nope\n"
                                + "Error response from daemon: cannot remove container \"/up\": container is running: "
                                + "stop the container before removing or force remove\n"));
        assertThat(client.run("rm", "-f", "up").succeeds().out()).isEqualTo("up\n");
    }

    @Test
    @DisplayName("S102: stop, kill and the like print the name given")
    void lifeCommandsPrintTheName() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "sleep");
        String id = containers.get("a").id();

        assertThat(client.run("pause", "a").succeeds().out()).isEqualTo("a\n");
        assertThat(client.run("unpause", "a").succeeds().out()).isEqualTo("a\n");
        assertThat(client.run("restart", "-t", "1", "a").succeeds().out()).isEqualTo("a\n");
        assertThat(client.run("stop", "-t", "3", "-s", "INT", id).succeeds().out())
                .isEqualTo(id + "\n");
        assertThat(containers.calls).contains("stop a 3 INT");
        assertThat(client.run("start", "a").succeeds().out()).isEqualTo("a\n");
        assertThat(client.run("kill", "-s", "HUP", "a").succeeds().out()).isEqualTo("a\n");
        assertThat(containers.calls).contains("kill a HUP");
        assertThat(client.run("wait", "a").succeeds().out()).isEqualTo("137\n");
        assertThat(client.run("rename", "a", "b").succeeds().out()).isEmpty();
        assertThat(client.run("start", "nope", "nope2").err())
                .isEqualTo("Error response from daemon: No such container: nope\n"
                        + "Error response from daemon: No such container: nope2\n"
                        + "Error: failed to start containers: nope, nope2\n");
        assertThat(client.run("container", "ls", "-a", "-q").succeeds().out()).isEqualTo("000000000000\n");
        assertThat(client.run("container", "prune", "-f").succeeds().out())
                .isEqualTo("Deleted Containers:\nc1\nc2\n\nTotal reclaimed space: 1.24MB\n");
    }

    @Test
    void logsTellStreamsAndTimes() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "sleep");
        containers.log.add(new LogLine(Instant.parse("2026-11-24T11:59:00.5Z"), false, "out\n"));
        containers.log.add(new LogLine(FakeContainers.NOW, true, "err\n"));

        assertThat(client.run("logs", "--tail", "5", "--since", "10m", "a")).isEqualTo(new Result(0, "out\n", "err\n"));
        assertThat(containers.lastQuery.tail()).isEqualTo(5);
        assertThat(containers.lastQuery.since()).isEqualTo(FakeContainers.NOW.minusSeconds(600));
        assertThat(client.run("logs", "-t", "a").out()).isEqualTo("2026-11-24T11:59:00.500000000Z out\n");
        assertThat(client.run("logs", "--since", "soon", "a").err())
                .isEqualTo("invalid value for \"since\": failed to parse value as time or duration: \"soon\"\n");

        Running following = client.begin("logs", "-f", "a");
        await().until(() -> following.out().equals("out\n"));
        following.signal("INT");
        assertThat(following.finish().code()).isEqualTo(130);
        await().until(() -> containers.calls.contains("logs interrupted"));
    }

    @Test
    void execRunsOneMoreProcess() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "sleep");

        Result result = client.run("exec", "-w", "/x", "-u", "5", "-eA=1", "--privileged", "a", "ls", "-l");

        assertThat(result).isEqualTo(new Result(7, "exec\n", ""));
        assertThat(containers.lastExec.cmd()).containsExactly("ls", "-l");
        assertThat(containers.lastExec.env()).isEqualTo(List.of("A=1"));
        assertThat(containers.lastExec.privileged()).isTrue();
        assertThat(client.run("exec", "-d", "a", "ls").succeeds().out()).isEmpty();
        assertThat(client.run("exec", "a").err()).startsWith("felucca: 'felucca exec' requires at least 2 arguments\n");
        assertThat(client.run("exec", "nope", "ls"))
                .isEqualTo(new Result(1, "", "Error response from daemon: No such container: nope\n"));
    }

    @Test
    @DisplayName("S109: attach by name")
    void attachJoinsByName() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "sleep");

        Running attached = client.begin("attach", "a");
        await().until(() -> containers.calls.stream().anyMatch(call -> call.startsWith("attach a")));
        containers.output("a", false, "one\n");
        containers.output("a", true, "two\n");
        containers.kill("a", "KILL");

        assertThat(attached.finish()).isEqualTo(new Result(137, "one\n", "two\n"));
        assertThat(client.run("attach", "a").err()).isEqualTo("cannot attach to a stopped container, start it first\n");
    }

    @Test
    void inspectShowsAllThatIsThereAndThenTheErrors() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "sleep");

        assertThat(client.run("container", "inspect", "-f", "{{.Name}} {{.State.Status}}", "a", "nope"))
                .isEqualTo(new Result(1, "/a running\n", "Error response from daemon: No such container: nope\n"));
        assertThat(client.run("container", "inspect", "nope"))
                .isEqualTo(new Result(1, "[]\n", "Error response from daemon: No such container: nope\n"));
        assertThat(client.run("container", "inspect", "-f", "{{", "a"))
                .isEqualTo(new Result(64, "", "template parsing error: template: :1: unclosed action\n"));
        assertThat(client.run("container", "inspect", "-f", "{{.Foo}}", "a").err())
                .isEqualTo("template parsing error: template: :1:2: executing \"\" at <.Foo>: "
                        + "map has no entry for key \"Foo\"\n");
        assertThat(client.run("container", "inspect", "a").succeeds().out()).startsWith("[\n    {\n        \"Id\": \"");
    }

    @Test
    void helpHasDockersForm() throws Exception {
        assertThat(client.run("rm", "--help").succeeds().out()).isEqualTo("""
                        Usage:  felucca rm [OPTIONS] CONTAINER [CONTAINER...]

                        Remove one or more containers

                        Aliases:
                          felucca container rm, felucca container remove, felucca rm

                        Options:
                          -f, --force     Force the removal of a running container (uses SIGKILL)
                          -l, --link      Remove the specified link
                          -v, --volumes   Remove anonymous volumes associated with the container
                        """);
        assertThat(client.run("--help").succeeds().out())
                .contains("  rm          Remove one or more containers\n")
                .contains("  container   Manage containers\n");
        assertThat(client.run("container", "--help").succeeds().out()).contains("  ls          List containers\n");
        assertThat(client.run("run", "--help").succeeds().out())
                .contains("  -m, --memory bytes ")
                .contains("      --rm ")
                .contains("  -e, --env list ");
    }

    @Test
    @DisplayName("B11: update changes limits, devices and the policy, and tells warnings")
    void B11_update() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "true").succeeds();
        assertThat(client.run("update", "-m", "64m", "--restart", "on-failure:3", "a"))
                .isEqualTo(new Result(0, "a\na warning\n", ""));
        assertThat(containers.calls).contains("update a 67108864 RestartPolicy[name=on-failure, maximumRetryCount=3]");
        assertThat(client.run("update", "--device", "/dev/fuse", "a").code()).isZero();
        assertThat(client.run("update", "a"))
                .isEqualTo(new Result(1, "", "you must provide one or more flags when using this command\n"));
        assertThat(client.run("update", "-m", "64m", "nosuch"))
                .isEqualTo(new Result(1, "", "Error response from daemon: No such container: nosuch\n"));
    }

    @Test
    @DisplayName("S78, S79: health checks and restart policies are read as Docker's command reads them")
    void S78_healthAndRestart() throws Exception {
        client.run("create", "--health-cmd", "true", "--health-interval", "1m30s", "--restart", "always", "busybox")
                .succeeds();
        assertThat(containers.lastSpec.config().healthcheck())
                .isEqualTo(new Healthcheck(List.of("CMD-SHELL", "true"), 90_000_000_000L, 0, 0, 0, 0));
        assertThat(containers.lastSpec.hostConfig().restartPolicy())
                .isEqualTo(new HostConfig.RestartPolicy("always", 0));
        client.run("create", "--no-healthcheck", "busybox").succeeds();
        assertThat(containers.lastSpec.config().healthcheck()).isEqualTo(Healthcheck.NONE);
        assertThat(client.run("run", "--no-healthcheck", "--health-retries", "2", "busybox")
                        .err())
                .isEqualTo("felucca: --no-healthcheck conflicts with --health-* options\n");
        assertThat(client.run("run", "--health-timeout", "-1s", "busybox").err())
                .isEqualTo("felucca: --health-timeout cannot be negative\n");
        assertThat(client.run("run", "--restart", "on-failure:x", "busybox").err())
                .isEqualTo("felucca: invalid restart policy format: maximum retry count must be an integer\n");
        assertThat(client.run("run", "--restart", ":3", "busybox").err())
                .isEqualTo("felucca: invalid restart policy format: no policy provided before colon\n");
    }

    @Test
    void statsAndTopAreDockersTables() throws Exception {
        client.run("run", "-d", "--name", "a", "busybox", "true").succeeds();
        assertThat(client.run("top", "a", "-o", "pid,cmd"))
                .isEqualTo(new Result(0, "PID                 CMD\n7                   sleep 1000\n", ""));
        assertThat(containers.calls).contains("top a -o pid,cmd");
        assertThat(client.run(
                        "stats", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}", "a"))
                .isEqualTo(new Result(0, "a 0.00% 0B / 0B 0\n", ""));
        assertThat(client.run("stats", "--no-stream").out().lines().findFirst())
                .contains(
                        "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O   BLOCK I/O   PIDS");
        assertThat(client.run("stats", "nosuch"))
                .isEqualTo(new Result(1, "", "Error response from daemon: No such container: nosuch\n"));
    }
}

package io.felucca.itests.clients;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerCommands;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.docker.Masks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * B13: the real docker command's words about containers, told to dockerd 20.10 at its API 1.41 and to this engine at
 * the same and at the newest API that the command speaks: the same output, exit codes and errors, after masking.
 */
@Timeout(300)
class DockerCliIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final String NEWEST = CliComparison.NEWEST;

    /** Lines that differ on purpose: what this engine's answer begins with after masking, each with its reason. */
    private static final Map<String, String> ALLOWED = Map.of(
            // 20.10 tells 126 for any process that cannot be made; engines since 25 tell 127 for what is not there.
            "exec ex nosuch",
            "exit 127\nOCI runtime exec failed: exec failed: unable to start container process: exec: \"nosuch\"",
            "exec -w /nosuch ex pwd",
            "exit 127\nOCI runtime exec failed: exec failed: unable to start container process: chdir to cwd",
            // A working directory is checked before a process is made for it (T2).
            "exec -w relative ex pwd",
            "exit 1\n-- stderr\nError response from daemon: the working directory 'relative' is invalid",
            // Capabilities that the engine itself lacks, as here CAP_SYS_RESOURCE, are left out.
            "exec --privileged ex true",
            "exit 0\n-- stderr\n");

    private static void compare(String script) {
        comparison().compare(script);
    }

    private static void compare(String script, CliComparison.Step step) {
        comparison().compare(script, step);
    }

    private static CliComparison comparison() {
        return new CliComparison(engine, daemon, ALLOWED);
    }

    @Test
    @DisplayName("S7, S98 to S102, S112 to S114: a container's life is told as dockerd tells it")
    void aContainersLife() {
        compare("""
                create --name life --network none busybox sleep 1000
                create --name life --network none busybox sleep 1000
                create --name a --network none busybox true
                ps -a
                pause life
                unpause life
                start life
                start life
                start nosuch
                ps
                rm life
                pause life
                pause life
                ps
                attach life
                exec life true
                start life
                rm life
                unpause life
                unpause life
                rename life lives
                rename lives lives
                rename nosuch lives
                kill -s NOSUCH lives
                kill -s 0 lives
                kill -s USR1 lives
                stop -t 0 lives
                stop lives
                kill lives
                attach lives
                exec lives true
                ps -a
                wait lives
                wait nosuch
                restart -t 0 lives
                restart nosuch
                stop nosuch
                kill nosuch
                pause nosuch
                unpause nosuch
                port lives
                rm -f lives
                rm lives
                rm -f lives
                ps -a
                """);
    }

    @Test
    @DisplayName("S98, S101, S148: run gives the output, the exit code and the errors that it gives with dockerd")
    void run() {
        compare("""
                run --rm --network none busybox echo one two
                run --rm --network none busybox sh -c 'echo out; echo err >&2; exit 3'
                run --rm --network none busybox sh -c 'kill -9 $$'
                run --rm --network host busybox true
                run --rm --network none busybox nosuch
                run --rm --network none busybox /nosuch
                run --rm --network none busybox /etc/passwd
                run --rm --network none busybox /etc
                run --rm --network none -w /etc/passwd busybox true
                run --rm --network none -u nosuch busybox true
                run --rm --network none -u root:nosuch busybox true
                run --rm --network none -u 2147483648 busybox true
                run --rm --network none -m 1k busybox true
                run --rm --network none --cap-add NOSUCH busybox true
                run --rm --network none --stop-signal NOSUCH busybox true
                run --rm --network none --name / busybox true
                run --rm --network none --restart always busybox true
                run --rm --network none --log-driver nosuch busybox true
                run --rm --network none --log-opt nosuch=1 busybox true
                run --rm --network none --runtime nosuch busybox true
                run --rm --network none --platform linux/arm64 --pull never busybox true
                run --rm --network none --pull never nosuch true
                run --rm --network none --hostname named busybox hostname
                run --rm --network none -e A=b -e C busybox sh -c 'echo $A-$C-$HOME-$PATH'
                run --rm --network none --entrypoint echo busybox from entrypoint
                run --rm --network none --entrypoint '' busybox echo none
                run --rm --network none -u www -w /tmp busybox sh -c 'id; pwd'
                run --rm --network none --read-only --tmpfs /t busybox sh -c 'touch /t/a && touch /a'
                run --rm --network none -a stderr busybox sh -c 'echo out; echo err >&2'
                run --rm --network none -d --name quick busybox true
                run -d --name runs --network none --label a=b busybox sleep 1000
                run -d --name runs --network none busybox sleep 1000
                ps --format {{.Names}}={{.State}}
                rm -f runs
                ps -aq
                """);
    }

    @Test
    @DisplayName("S103: input goes in by run, exec and attach, and its end is told")
    void input() {
        compare(
                """
                run --rm -i --network none busybox cat
                run --rm -i --network none busybox sh -c 'cat >&2; exit 7'
                run --rm -i --network none busybox true
                run --rm --network none busybox cat
                create -i --name reads --network none busybox cat
                start -ai reads
                start reads
                attach reads
                wait reads
                logs reads
                rm reads
                run -d -i --name keeps --network none busybox cat
                exec -i keeps cat
                exec -i keeps wc -c
                exec keeps cat
                exec -i keeps true
                ps --format {{.Names}}
                rm -f keeps
                """,
                (program, line) -> program.stdin("text\nmore\n".repeat(1000)).run());
    }

    @Test
    @DisplayName("S131: terminals")
    void terminals() {
        compare("""
                run --rm -it --network none busybox tty
                run --rm -t --network none busybox sh -c 'echo out; echo err >&2; exit 5'
                run -dt --name term --network none busybox sh -c 'echo here; sleep 1000'
                exec -it term tty
                exec -t term sh -c 'exit 4'
                logs term
                rm -f term
                """, (program, line) -> program.inTerminal().startOpen().finish());
    }

    @Test
    @DisplayName("logs")
    void logs() {
        compare("""
                run -d --name talks --network none busybox sh -c 'echo one; echo two >&2; sleep 0.1; echo three; printf end'
                wait talks
                logs talks
                logs -f talks
                logs --tail 1 talks
                logs --tail 0 talks
                logs -n 2 talks
                logs --tail x talks
                logs -t talks
                logs --details talks
                logs --since 2100-01-01T00:00:00Z talks
                logs --since 1h talks
                logs --until 1h talks
                logs --until 2100-01-01T00:00:00Z -t --tail 1 talks
                logs --since nonsense talks
                logs nosuch
                rm talks
                run -d --name silent --network none --log-driver none busybox echo unheard
                wait silent
                logs silent
                rm silent
                """);
    }

    @Test
    @DisplayName("exec")
    void exec() {
        compare("""
                run -d --name ex --network none -e BASE=1 busybox sleep 1000
                exec ex echo one
                exec ex sh -c 'echo out; echo err >&2; exit 6'
                exec -u www ex id
                exec -u nosuch ex id
                exec -w /var ex pwd
                exec -w /nosuch ex pwd
                exec -w relative ex pwd
                exec -e MORE=2 ex sh -c 'echo $BASE$MORE'
                exec ex nosuch
                exec ex /etc/passwd
                exec ex /etc
                exec -d ex touch /made
                exec -d ex nosuch
                exec nosuch true
                exec --privileged ex true
                exec --detach-keys ctrl-1 ex true
                exec --detach-keys ctrl-1 nosuch true
                attach --detach-keys ctrl-1 ex
                stop -t 0 ex
                exec ex true
                rm ex
                """);
    }

    @Test
    @DisplayName("S29, S34, S110: cp, diff, commit and export")
    void files() {
        compare("""
                run -d --name files --network none busybox sh -c 'echo x > /x; rm /etc/group; mkdir /new; sleep 1000'
                exec files ls /new
                diff files
                diff nosuch
                cp files:/x -
                cp files:/nosuch -
                cp nosuch:/x -
                cp files:/etc/passwd /tmp/nosuch/there
                cp /etc/hostname files:/nosuch/there
                cp /nosuch files:/
                cp -q /etc/hostname files:/new
                exec files ls /new
                commit files changed
                commit nosuch
                commit -c 'NOSUCH x' files
                run --rm --network none changed cat /x
                export nosuch
                export files
                rm -f files
                rmi changed
                create --name place --network none -w /new/place busybox true
                diff place
                cp /etc/hostname place:/new/place/name
                create --network none -w /etc/passwd busybox true
                rm place
                ps -aq
                """);
    }

    @Test
    @DisplayName("S107, S112, S113: ps with its filters, sizes and templates")
    void listing() {
        compare("""
                run -d --name ended --network none --label a=1 busybox sh -c 'exit 3'
                wait ended
                create --name made --network none --label a=2 --label b busybox true
                run -d --name runs --network none busybox sh -c 'sleep 1000'
                ps
                ps -a
                ps -as --format {{.Names}}
                ps -l
                ps -n 2
                ps -a --filter status=exited --format {{.Names}}
                ps --filter status=created --format {{.Names}}
                ps --filter exited=3 --format {{.Names}}
                ps -a --filter label=a --format {{.Names}}
                ps -a --filter label=a=2 --filter label=b --format '{{.Names}} {{.Labels}}'
                ps -a --filter name=run --format {{.Names}}
                ps -a --filter name=^/made$ --format {{.Names}}
                ps -a --filter before=runs --format {{.Names}}
                ps -a --filter since=ended --format {{.Names}}
                ps -a --filter ancestor=busybox --format {{.Names}}
                ps -a --filter ancestor=nosuch --format {{.Names}}
                ps -a --filter network=none --format '{{.Names}} {{.Networks}}'
                ps -a --filter health=none --format {{.Names}}
                ps --filter status=nosuch
                ps --filter nosuch=1
                ps --filter before=nosuch
                ps --filter exited=x
                ps --format 'table {{.Names}}\t{{.Image}}\t{{.Command}}'
                ps --no-trunc --format '{{.Names}} {{.Command}}'
                ps -a --format '{{.Names}} {{.Ports}} {{.Mounts}} {{.LocalVolumes}}'
                container prune -f --filter label=a=1
                container prune -f --filter nosuch=1
                container prune -f
                container prune -f
                ps -a --format {{.Names}}
                inspect -f '{{.Name}} {{.State.Status}}' runs
                inspect -f '{{.SizeRw}}' -s runs
                inspect --type container nosuch
                container inspect nosuch
                rm -f runs
                """);
    }

    @Test
    @DisplayName("inspect has dockerd's fields, in dockerd's order, with dockerd's values")
    void inspect() {
        compareInspect(DockerCommands.FIRST, List.of("1.41", NEWEST));
        DockerCommands.others().forEach(command -> compareInspect(command, List.of("1.41")));
    }

    private static void compareInspect(String command, List<String> versions) {
        String[] run = CliComparison.words(
                "run -d --name seen --network none -e A=b -l x=y -m 64m --cpus 0.5 --ulimit nofile=100:200"
                        + " --cap-add NET_ADMIN -w /tmp busybox sleep 1000");
        daemon.client(command, run).run().requireOk();
        engine.client(command, "1.41", run).run().requireOk();
        String theirs = DockerComparisonIT.compared(
                daemon.client(command, "inspect", "seen").ok());

        for (String version : versions) {
            String ours = DockerComparisonIT.compared(
                    engine.client(command, version, "inspect", "seen").ok());
            assertThat(Masks.masked(ours)).as("API %s: %s", version, command).isEqualTo(Masks.masked(theirs));
        }
        daemon.docker("rm", "-f", "seen").run().requireOk();
        engine.ok("rm", "-f", "seen");
    }

    @Test
    @DisplayName("S131: a user types in a terminal, and ends the shell in it")
    void typing() {
        type(DockerCommands.FIRST, "1.41");
        type(DockerCommands.FIRST, NEWEST);
        DockerCommands.others().forEach(command -> type(command, "1.41"));
    }

    private static void type(String command, String version) {
        Program program = engine.client(
                command, version, "run", "-it", "--rm", "--name", "typed", "--network", "none", "busybox", "sh");
        try (Program.Running run = program.inTerminal().startOpen()) {
            await().until(() -> engine.felucca("inspect", "typed").run().exit() == 0);
            run.write("echo $((6*7))\n");
            await().untilAsserted(() -> assertThat(run.out()).contains("42"));
            run.write("sleep 1000\n");
            await().until(() ->
                    engine.docker(version, "exec", "typed", "ps").run().out().contains("sleep 1000"));
            run.write("\u0003");
            run.write("exit 4\n");
            assertThat(run.finish().exit()).isEqualTo(4);
        }
        assertThat(engine.ok("ps", "-aq")).isEmpty();
    }
}

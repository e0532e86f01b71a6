package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.StoredFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** felucca build --ssh, with OpenSSH on both sides. */
@Timeout(300)
class BuildAgentIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private Path context;
    private Path key;

    @BeforeEach
    void contextWithOpenSsh() throws IOException {
        context = Files.createDirectory(folder.resolve("context"));
        for (String program : List.of("ssh-add", "ssh-keygen")) {
            copy(Program.of("sh", "-c", "command -v " + program).ok());
        }
        key = folder.resolve("key");
        Program.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a key of the user", "-f", key.toString())
                .ok();
        Files.copy(folder.resolve("key.pub"), context.resolve("key.pub"));
    }

    /** A program with its libraries. */
    private void copy(String program) throws IOException {
        List<String> files = new ArrayList<>(List.of(program));
        Arrays.stream(Program.of("ldd", program).ok().split("\\s+"))
                .filter(word -> word.startsWith("/"))
                .forEach(files::add);
        for (String file : files) {
            Path copy = context.resolve("root" + file);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(file), copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @AfterEach
    void removeImages() {
        engine.removeContainers();
        engine.felucca("rmi", "-f", "made").run();
        engine.ok("builder", "prune", "-f");
        assertThat(StoredFiles.ofBuilds(engine)).isEmpty();
        assertThat(engine.execRoot().resolve("secrets")).isEmptyDirectory();
    }

    private void dockerfile(String steps) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nCOPY root key.pub /\n" + steps);
    }

    private Program build(String... options) {
        List<String> words = new ArrayList<>(List.of("build", "--force-rm", "-t", "made"));
        words.addAll(List.of(options));
        words.add(context.toString());
        return engine.felucca(words.toArray(String[]::new));
    }

    /** The agents that were begun for this test's key. */
    private List<ProcessHandle> agents() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/ssh-agent"))
                .filter(process -> process.info().commandLine().orElse("").contains(key.toString()))
                .toList();
    }

    private void requireNoAgent() {
        EngineUnderTest.await().untilAsserted(() -> assertThat(agents()).isEmpty());
    }

    @Test
    @DisplayName("RUN --mount=type=ssh signs with a key of the user's that never leaves the user's side")
    void keysSign() throws IOException {
        dockerfile("""
                RUN --mount=type=ssh ssh-add -L; echo "$SSH_AUTH_SOCK"; stat -c '%F %u %a' "$SSH_AUTH_SOCK"; \\
                    echo signed >/f; ssh-keygen -q -Y sign -f /key.pub -n file /f; \\
                    ssh-add -D 2>&1; ssh-add -x 2>&1 </dev/null; ssh-add -L | wc -l
                RUN ls -d /run/buildkit 2>&1 | grep -c 'No such'; echo "after ${SSH_AUTH_SOCK-unset}"
                """);
        String out = build("--ssh", "default=" + key).run().requireOk().out();

        String publicKey = Files.readString(folder.resolve("key.pub"));
        assertThat(out)
                .contains("\n" + publicKey + "/run/buildkit/ssh_agent.0\nsocket 0 600\n", "\n1\nafter unset\n")
                .contains("Failed to remove all identities.\n");
        Path signature = folder.resolve("f.sig");
        Files.writeString(
                signature,
                engine.runOnce("made", "cat", "/f.sig").run().requireOk().out());
        Result checked = Program.of("ssh-keygen", "-Y", "check-novalidate", "-n", "file", "-s", signature.toString())
                .stdin("signed\n")
                .run()
                .requireOk();
        assertThat(checked.out()).startsWith("Good \"file\" signature with ED25519 key SHA256:");
        requireNoAgent();
        assertThat(build("--ssh", "default=" + key).run().requireOk().out().split("Using cache", -1))
                .hasSize(4);
        String secret = Files.readAllLines(key).get(2);
        for (Path root : List.of(engine.dataRoot(), engine.execRoot())) {
            assertThat(Program.of("grep", "-rlF", secret, root.toString()).run().out())
                    .isEmpty();
        }
    }

    @Test
    @DisplayName(
            "--ssh takes the agent of SSH_AUTH_SOCK, several agents by name, and gives a socket place, owner and mode")
    void agentsByName() throws IOException {
        Path other = folder.resolve("other");
        Program.of("ssh-keygen", "-q", "-t", "rsa", "-N", "", "-C", "the other key", "-f", other.toString())
                .ok();
        dockerfile("""
                ENV SSH_AUTH_SOCK=/deep/sock
                RUN --mount=type=ssh,target=/deep/sock --mount=type=ssh,id=two,uid=5,gid=6,mode=0666 \\
                    --mount=type=ssh,id=nobody \\
                    ssh-add -L | cut -d' ' -f3-; SSH_AUTH_SOCK=/run/buildkit/ssh_agent.1 ssh-add -L | cut -d' ' -f3-; \\
                    stat -c '%u:%g %a' /run/buildkit/ssh_agent.1; ls /run/buildkit
                """);
        Result built = build("--ssh", "default", "--ssh=two=" + other)
                .by("ssh-agent", "sh", "-c", "ssh-add -q \"$0\" && \"$@\"; ssh-add -l", key.toString())
                .run()
                .requireOk();

        assertThat(built.out())
                .contains("\na key of the user\nthe other key\n5:6 666\nssh_agent.1\n")
                .as("the user's own agent still has its key")
                .containsPattern("256 SHA256:\\S+ a key of the user \\(ED25519\\)\n$");
        assertThat(engine.runOnce("made", "sh", "-c", "ls -d /deep /run/buildkit 2>&1 | grep -c 'No such'")
                        .run()
                        .out())
                .isEqualTo("2\n");
        requireNoAgent();
    }

    @Test
    @DisplayName("an agent of keys ends with its build, also when that is killed")
    void agentsEnd() throws IOException {
        dockerfile("RUN --mount=type=ssh ssh-add -l; echo stands; sleep 1000\n");
        try (Program.Running build = build("--ssh", "default=" + key).start()) {
            EngineUnderTest.await().until(() -> build.out().contains("\nstands\n"));
            assertThat(agents()).hasSize(1);
            build.kill();
        }
        requireNoAgent();
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(engine.ok("ps", "-aq")).isEmpty());
    }

    @Test
    @DisplayName(
            "an agent that is not there, or that a step requires and nobody gave, ends a build in BuildKit's words")
    void refused() throws IOException {
        dockerfile("RUN --mount=type=ssh,required true\n");
        assertThat(build().run().err()).startsWith("unset ssh forward key default\n");
        assertThat(build("--ssh", "default").env("SSH_AUTH_SOCK", "").run().err())
                .isEqualTo("could not parse ssh: [default]: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is"
                        + " set\n");
        assertThat(build("--ssh", "a=/nosuch").run().err())
                .isEqualTo("could not parse ssh: [a=/nosuch]: stat /nosuch: no such file or directory\n");
        assertThat(build("--ssh", "a=" + key, "--ssh", "a=" + key).run().err())
                .isEqualTo("could not parse ssh: [a=" + key + " a=" + key + "]: invalid duplicate ID a\n");
        Path noKey = Files.writeString(folder.resolve("none"), "no key\n");
        Files.setPosixFilePermissions(noKey, PosixFilePermissions.fromString("rw-------"));
        assertThat(build("--ssh", "a=" + noKey).run().err())
                .contains("could not parse ssh: [a=" + noKey + "]: failed to parse " + noKey);
        dockerfile("RUN --mount=type=ssh,source=/x true\n");
        assertThat(build().run().err()).startsWith("ssh does not support source\n");
        requireNoAgent();
    }
}

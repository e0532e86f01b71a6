package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.servers.GitServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that URLs name, and ADD of repositories: by a git of this machine, on loopback. */
@Timeout(300)
class RemoteContextIT {

    private static final String DOCKERFILE = "FROM scratch\nCOPY f /f\n";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private GitServer server;
    private String commit;

    @BeforeEach
    void publish() throws IOException {
        server = new GitServer(folder.resolve("served"));
        Path work = Files.createDirectories(folder.resolve("work/sub")).getParent();
        Files.writeString(work.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(work.resolve("f"), "f\n");
        Files.writeString(work.resolve("sub/Dockerfile"), "FROM scratch\nCOPY g /g\n");
        Files.writeString(work.resolve("sub/g"), "g\n");
        Files.createSymbolicLink(work.resolve("out"), Path.of("/nowhere"));
        Path run = Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
        assertThat(run.toFile().setExecutable(true)).isTrue();
        server.publish(work, "x.git", "main");
        commit = GitServer.git(work, "rev-parse", "HEAD");
        server.redirect("/moved/x.git", server.url("/git/x.git"));
    }

    @AfterEach
    void close() {
        server.close();
        for (String name : engine.felucca("images", "--format", "{{.Repository}}:{{.Tag}}")
                .run()
                .lines()) {
            if (!name.equals("busybox:latest") && !name.contains("<none>")) {
                engine.ok("rmi", "-f", name);
            }
        }
        engine.ok("builder", "prune", "-f");
        assertThat(engine.dataRoot().resolve("builder/work"))
                .satisfiesAnyOf(
                        left -> assertThat(left).isEmptyDirectory(),
                        left -> assertThat(left).doesNotExist());
    }

    private void files() throws IOException {
        byte[] text = "FROM scratch\nLABEL a=b\n".getBytes(StandardCharsets.UTF_8);
        server.file("/text", "text/plain; charset=utf-8", text);
        server.file("/untyped", "", text);
        server.redirect("/moved/text", server.url("/text"));
        Path work = folder.resolve("work");
        for (String kind : List.of("", "z", "j", "J")) {
            Path tar = folder.resolve("context.tar" + kind);
            Program.of("tar", "-C", work.toString(), "-c" + kind + "f", tar.toString(), "Dockerfile", "f")
                    .ok();
            server.file("/context" + kind, kind.isEmpty() ? "application/x-tar" : "", Files.readAllBytes(tar));
        }
        server.file("/picture", "image/png", new byte[] {1, 2});
        server.file("/empty", "text/plain", new byte[0]);
    }

    private List<String> addresses() {
        return List.of(
                server.url("/text"),
                server.url("/untyped"),
                server.url("/moved/text"),
                server.url("/context"),
                server.url("/contextz"),
                server.url("/contextj"),
                server.url("/contextJ"),
                server.url("/picture"),
                server.url("/empty"),
                server.url("/none"),
                server.url("/git/x.git") + "#main",
                server.url("/git/x.git") + "#main:sub",
                server.url("/git/x.git") + "#refs/heads/main",
                server.url("/git/x.git") + "#" + commit,
                server.url("/moved/x.git") + "#main",
                server.url("/git/x.git") + "#nosuch",
                "file:///etc",
                "ext::sh -c true",
                "/etc/x.git");
    }

    /** The answers, without what differs in each: ids, and how many bytes have come. */
    private Map<String, String> answers(UnaryOperator<String> ask) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String address : addresses()) {
            String answer = ask.apply(address.replace("#", "%23").replace(" ", "%20"));
            String head = answer.lines().findFirst().orElse("");
            String told = answer.substring(answer.indexOf("\r\n\r\n"))
                    .lines()
                    .filter(line -> line.startsWith("{") && !line.equals("{}") && !line.contains("Downloading context"))
                    .map(line -> line.replace("{\"stream\":\"\\n\"}", ""))
                    .collect(Collectors.joining("\n"))
                    .replace("\\n", "")
                    .replace("\\u003e", ">")
                    .replaceAll(": exit status 128", "")
                    .replace("\n\n", "\n")
                    .replaceAll("Using cache", "ID")
                    .replaceAll("[0-9a-f]{64}|[0-9a-f]{12}", "ID");
            answers.put(address, head.substring(0, 12) + "\n" + told);
        }
        return answers;
    }

    @Test
    @DisplayName(
            "S38: contexts that URLs name are built as dockerd builds them, and refused in its words (beside dockerd)")
    void asDockerd() throws IOException {
        files();
        String path = "/v1.41/build?nocache=1&remote=";
        try (DockerDaemon docker = DockerDaemon.onLoopback(List.of())) {
            Map<String, String> expected =
                    answers(address -> RawClient.ask(docker.socket(), "POST", path + address, ""));
            assertThat(answers(address -> RawClient.ask(engine.socket(), "POST", path + address, "")))
                    .isEqualTo(expected);
        }
    }

    private String run(String... command) {
        return engine.runOnce(
                        Stream.concat(Stream.of("made"), Stream.of(command)).toArray(String[]::new))
                .run()
                .requireOk()
                .out();
    }

    private Program add(String text) {
        return engine.felucca("build", "-t", "made", "-").stdin("FROM busybox\n" + text + "\n");
    }

    @Test
    @DisplayName("S38: felucca build takes a repository, an archive and a Dockerfile by their URLs")
    void byFelucca() throws IOException {
        files();
        String out = engine.felucca("build", "-t", "made", server.url("/git/x.git") + "#main:sub")
                .run()
                .requireOk()
                .out();
        assertThat(out).startsWith("Step 1/2 : FROM scratch\n").contains("Successfully tagged made:latest\n");
        engine.ok("build", "-f", "Dockerfile", "-t", "made", server.url("/contextz"));
        assertThat(engine.felucca("build", server.url("/untyped"))
                        .run()
                        .requireOk()
                        .out())
                .contains("LABEL a=b");
        assertThat(engine.fails(1, "build", server.url("/none")))
                .contains("error downloading remote context " + server.url("/none") + ": failed to GET");
        assertThat(engine.fails(1, "build", "git@127.0.0.1:x.git"))
                .contains("git repositories are reached by https, http and git alone");
    }

    @Test
    @DisplayName(
            "S50, T9: ADD of a repository writes the files of a commit, its links as they are, its history if wanted")
    void addOfRepository() throws IOException {
        add("ADD " + server.url("/git/x.git") + " /d").run().requireOk();
        assertThat(run("sh", "-c", "cd /d; find . | sort; readlink out; stat -c '%a %u' run.sh f"))
                .isEqualTo(".\n./Dockerfile\n./f\n./out\n./run.sh\n./sub\n./sub/Dockerfile\n./sub/g\n"
                        + "/nowhere\n755 0\n644 0\n");
        add("ADD --keep-git-dir=true --chown=7:8 " + server.url("/git/x.git") + "#main /d")
                .run()
                .requireOk();
        Path exported = Files.createDirectory(folder.resolve("exported"));
        String id = engine.ok("create", "made", "true");
        engine.ok("cp", id + ":/d", exported.toString());
        engine.ok("rm", id);
        Path copy = exported.resolve("d");
        Program.of("chown", "-R", "0:0", copy.toString()).ok();
        assertThat(GitServer.git(copy, "rev-parse", "HEAD")).isEqualTo(commit);
        assertThat(GitServer.git(copy, "status", "--porcelain")).isEmpty();
        add("ADD " + server.url("/git/x.git") + "#" + commit + ":sub /e/").run().requireOk();
        assertThat(run("ls", "/e")).isEqualTo("Dockerfile\ng\n");
        assertThat(add("ADD " + server.url("/git/x.git") + "#none /e/").run().err())
                .contains("error fetching: fatal: couldn't find remote ref none");
        assertThat(add("ADD " + server.url("/git/y.git") + " /e/").run().err())
                .contains("error fetching: fatal: repository '" + server.url("/git/y.git") + "/' not found");
    }

    @Test
    @DisplayName("S50: a submodule comes along, by http alone")
    void submodules() throws IOException {
        Path work = Files.createDirectory(folder.resolve("parent"));
        Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY in/f /f\n");
        GitServer.git(work, "init", "-q", "-b", "main");
        GitServer.git(work, "submodule", "add", "-q", server.url("/git/x.git"), "in");
        Files.writeString(work.resolve(".gitmodules"), "[submodule \"in\"]\n\tpath = in\n\turl = ../x.git\n");
        server.publish(work, "relative.git", "main");
        engine.ok("build", server.url("/git/relative.git"));
        Files.writeString(
                work.resolve(".gitmodules"),
                "[submodule \"in\"]\n\tpath = in\n\turl = file://" + folder + "/served/x.git\n");
        server.publish(work, "local.git", "main");
        assertThat(engine.fails(1, "build", server.url("/git/local.git")))
                .contains("git repositories are reached by https, http and git alone");
    }

    @Test
    @DisplayName("S50: the git protocol is spoken")
    void gitProtocol() throws IOException {
        try (GitServer.Daemon daemon = server.daemon()) {
            add("ADD " + daemon.url("/x.git") + "#main /d").run().requireOk();
            assertThat(run("cat", "/d/f")).isEqualTo("f\n");
            assertThat(add("ADD " + daemon.url("/none.git") + " /d").run().err())
                    .contains("error fetching: ");
        }
    }

    @Test
    @DisplayName("S50, T13: redirects are followed, with the credentials of a URL to its own host alone")
    void redirects() throws IOException {
        files();
        try (GitServer other = new GitServer(folder.resolve("served"))) {
            other.file("/text", "", new byte[] {'t'});
            server.redirect("/away", other.url("/text"));
            server.redirect("/far/x.git", other.url("/git/x.git"));
            server.redirect("/loop", server.url("/loop"));
            server.redirect("/local", "file:///etc/passwd");
            String named = server.url("").replace("//", "//user:secret@");
            add("ADD " + named + "/text /own\nADD " + named + "/away /away\nADD " + named + "/far/x.git /git")
                    .run()
                    .requireOk();
            assertThat(run("cat", "/away", "/git/f")).isEqualTo("tf\n");
            assertThat(server.authorizations()).contains("Basic dXNlcjpzZWNyZXQ=");
            assertThat(other.authorizations()).isNotEmpty().containsOnly("null");
            assertThat(add("ADD " + server.url("/loop") + " /d").run().err())
                    .contains("Get \"" + server.url("/loop") + "\": stopped after 10 redirects");
            assertThat(add("ADD " + server.url("/local") + " /d").run().err())
                    .contains("unsupported protocol scheme \"file\"");
            assertThat(add("ADD " + named + "/none /d").run().err())
                    .contains("failed to GET " + server.url("/none") + " with status 404");
        }
    }
}

package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.StoredFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** RUN --mount, and what COPY takes beyond the classic builder. */
@Timeout(300)
class BuildMountIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path context;

    private void file(String name, String text) throws IOException {
        Path file = context.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Program build(String... options) {
        List<String> words = new ArrayList<>(List.of("build", "--force-rm", "-t", "made"));
        words.addAll(List.of(options));
        words.add(context.toString());
        return engine.felucca(words.toArray(String[]::new));
    }

    private String built(String... options) {
        return build(options).run().requireOk().out();
    }

    private static String run(String script) {
        return engine.runOnce("made", "sh", "-c", script).run().requireOk().out();
    }

    @AfterEach
    void removeImages() {
        engine.removeContainers();
        engine.felucca("rmi", "-f", "made").run();
        engine.ok("builder", "prune", "-f");
        assertThat(StoredFiles.ofBuilds(engine)).isEmpty();
    }

    @Test
    @DisplayName("RUN --mount=type=cache is kept from build to build, is in no image, and goes with a prune")
    void cachesAreKept() throws IOException {
        file("Dockerfile", """
                FROM busybox
                RUN --mount=type=cache,target=/deep/cache \\
                    --mount=type=cache,id=two,target=/owned,uid=5,gid=6,mode=0750,sharing=locked \\
                    echo x >>/deep/cache/n; echo "lines $(wc -l </deep/cache/n) $(stat -c '%u:%g %a' /owned)"; echo kept >/kept
                """);

        assertThat(built()).contains("\nlines 1 5:6 750\n");
        assertThat(built()).contains("Using cache");
        assertThat(built("--no-cache")).contains("\nlines 2 5:6 750\n");
        assertThat(run("cat /kept; ls -d /deep /owned 2>&1 | grep -c 'No such'"))
                .isEqualTo("kept\n2\n");
        engine.ok("builder", "prune", "-f", "--filter", "until=24h");
        assertThat(built("--no-cache")).contains("\nlines 3 ");
        engine.ok("builder", "prune", "-f", "--filter", "type=exec.cachemount");
        assertThat(built("--no-cache")).contains("\nlines 1 ");
    }

    @Test
    @DisplayName("a locked cache is nobody else's until the container of a build that was given up is gone")
    void lockedCachesOfGivenUpBuilds() throws IOException {
        String mount = "FROM busybox\nRUN --mount=type=cache,id=own,sharing=locked,target=/c ";
        file("Dockerfile", mount + "trap '' TERM INT; echo begun; while :; do date +%N >/c/own; done\n");
        try (Program.Running first = build("--no-cache").start()) {
            EngineUnderTest.await().until(() -> first.out().contains("\nbegun\n"));
            file("Dockerfile", mount + "echo mine >/c/own; sleep 1; cat /c/own\n");
            try (Program.Running second = build("--no-cache").start()) {
                EngineUnderTest.await().until(() -> second.out().contains("Step 2/2"));
                first.kill();
                assertThat(second.finish(60).requireOk().out()).contains("\nmine\n");
            }
        }
    }

    @Test
    @DisplayName("a step that mounts one cache twice has it once, however it is shared")
    void cachesAreTakenOnce() throws IOException {
        for (String sharing : List.of("locked", "private", "shared")) {
            String mount = "--mount=type=cache,id=both-" + sharing + ",sharing=" + sharing + ",target=";
            file(
                    "Dockerfile",
                    "FROM busybox\nRUN " + mount + "/a " + mount + "/b echo " + sharing + " >/a/f && cat /b/f\n");
            assertThat(built()).contains("\n" + sharing + "\n");
        }
    }

    @Test
    @DisplayName(
            "RUN --mount=type=bind shows files of the context, of a stage and of an image, and is built again with them")
    void bindsShowFiles() throws IOException {
        file("in/f", "one\n");
        file("Dockerfile", """
                FROM busybox AS stage
                RUN mkdir /d && echo two >/d/two && ln -s /d /link
                FROM busybox
                RUN --mount=source=in/f,target=/shown --mount=from=stage,source=/link/two,target=/two \\
                    --mount=type=bind,from=stage,target=/rw,rw --mount=from=busybox,source=/bin,target=/tools \\
                    cat /shown /two; ls /tools/busybox; echo new >/rw/d/two; cat /rw/d/two; ! echo x >/shown
                """);

        assertThat(built()).contains("one\ntwo\n/tools/busybox\nnew\n");
        assertThat(built()).doesNotContain("one\n");
        assertThat(run("ls -d /shown /two /rw /tools 2>&1 | grep -c 'No such'")).isEqualTo("4\n");
        file("in/f", "other\n");
        assertThat(built()).contains("other\ntwo\n");
    }

    @Test
    @DisplayName("T7: a link does not lead a mount out of the context")
    void bindsStayInside() throws IOException {
        Files.createSymbolicLink(context.resolve("link"), Path.of("/etc/shadow"));
        Files.createSymbolicLink(context.resolve("up"), Path.of("../../../../etc"));
        for (String source : List.of("link", "up/shadow", "../../etc/shadow", "nosuch")) {
            file("Dockerfile", "FROM busybox\nRUN --mount=source=" + source + ",target=/x cat /x\n");
            Result result = build().run();
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).contains("RUN --mount: source \"" + source + "\": not found");
        }
    }

    @Test
    @DisplayName("RUN --mount=type=tmpfs has its size, and a secret or an agent that nobody gave is missing")
    void otherMounts() throws IOException {
        file("Dockerfile", """
                FROM busybox
                ARG SIZE=4m
                RUN --mount=type=tmpfs,target=/t,size=${SIZE} df -k /t | tail -n 1 | awk '{print $1, $2}'; echo x >/t/x
                RUN --mount=type=secret,id=s --mount=type=ssh ls /run/secrets 2>&1 | grep -c 'No such'
                """);
        assertThat(built()).contains("\ntmpfs 4096\n", "\n1\n");
        assertThat(run("ls -d /t 2>&1 | grep -c 'No such'")).isEqualTo("1\n");
        file("Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=s,required true\n");
        assertThat(build().run().err()).startsWith("secret s: not found\n");
        file("Dockerfile", "FROM busybox\nRUN --mount=type=cache true\n");
        assertThat(build().run().err()).startsWith("target is required\n");
    }

    @Test
    @DisplayName(
            "felucca build --secret shows a file or a variable to the steps that ask for it, and leaves none of it")
    void secretsAreShown(@TempDir Path outside) throws IOException {
        Path secret = outside.resolve("words");
        Files.writeString(secret, "hidden words\n");
        file("Dockerfile", """
                FROM busybox
                RUN --mount=type=secret,id=one --mount=type=secret,id=two,target=/two,uid=5,mode=0440,required \\
                    md5sum </run/secrets/one; md5sum </two; stat -c '%u %a' /two /run/secrets/one; ! echo x >/two
                RUN ls /run/secrets /two 2>&1 | grep -c 'No such'
                """);
        String[] given = {"--secret", "id=one,src=" + secret, "--secret", "env=TWO,id=two"};
        assertThat(build(given).env("TWO", "from here").run().requireOk().out())
                .contains(
                        "\n4cf5f436434dd0a02c3c4cbc6d02fc94  -\nc5240d5884006af338ab360b36f3fef7  -\n5 440\n0 400\n",
                        "\n2\n");

        assertThat(engine.execRoot().resolve("secrets")).isEmptyDirectory();
        for (Path root : List.of(engine.dataRoot(), engine.execRoot())) {
            assertThat(Program.of("grep", "-rlE", "hidden words|from here", root.toString())
                            .run()
                            .out())
                    .isEmpty();
        }
        assertThat(engine.ok("history", "--no-trunc", "made")).doesNotContain("hidden", "from here");
        Files.writeString(secret, "other words\n");
        assertThat(build(given).env("TWO", "").run().requireOk().out()).contains("Using cache");
    }

    @Test
    @DisplayName("RUN --mount=type=secret,env= gives the step's process a variable, and leaves none of it")
    void secretsAreVariables() throws IOException {
        file("Dockerfile", """
                FROM busybox
                ENV WORD=mine
                RUN --mount=type=secret,id=one,env=WORD --mount=type=secret,id=one,env=OTHER,target=/both \\
                    --mount=type=secret,id=none,env=NONE \\
                    echo "$WORD" | md5sum; echo "$OTHER" | md5sum; md5sum </both; echo "none=${NONE-unset}"; \\
                    ls /run/secrets 2>&1 | grep -c 'No such'
                RUN echo "after $WORD"
                """);
        assertThat(build("--secret", "id=one,env=GIVEN")
                        .env("GIVEN", "seen by one step")
                        .run()
                        .requireOk()
                        .out())
                .containsPattern("\n([0-9a-f]{32})  -\n\\1  -\n[0-9a-f]{32}  -\nnone=unset\n1\n")
                .contains("\nafter mine\n");
        for (Path root : List.of(engine.dataRoot(), engine.execRoot())) {
            assertThat(Program.of("grep", "-rl", "seen by one step", root.toString())
                            .run()
                            .out())
                    .isEmpty();
        }
        file("Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=one,env=WORD,required true\n");
        assertThat(build().run().err()).startsWith("secret one: not found\n");
    }

    @Test
    @DisplayName("a secret that cannot be read ends a felucca build before it begins")
    void badSecrets() throws IOException {
        file("Dockerfile", "FROM busybox\n");
        assertThat(build("--secret", "id=one,src=/nosuch").run().err())
                .isEqualTo("cannot read the secret one: open /nosuch: no such file or directory\n");
        assertThat(build("--secret", "id=one,env=UNSET_HERE").run().err())
                .isEqualTo("the variable UNSET_HERE of the secret one is not set: export it first\n");
        assertThat(build("--secret", "src=/x").run().err()).startsWith("invalid secret \"src=/x\": give id=NAME");
        assertThat(build("--secret", "id=x,colour=red").run().err())
                .isEqualTo("unexpected key 'colour' in 'colour=red'\n");
    }

    @Test
    @DisplayName("a here-document of RUN that names its interpreter is run as a program, and is in no image")
    void scriptsNameTheirInterpreter() throws IOException {
        String script = """
                FROM busybox
                RUN <<"EOF"
                #!/bin/awk -f
                BEGIN { print "awk " 1 + 2; print $HOME > "/made" }
                EOF
                USER 5
                RUN --mount=type=tmpfs,target=/t <<-ONE
                \t#!/bin/sh -e
                \techo "$0 $(id -u)" $(stat -c %a $0); ! echo x >>$0 && test -d /t
                \tONE
                """;
        file("Dockerfile", script);
        assertThat(built()).contains("\nawk 3\n", "\n/dev/pipes/ONE 5 755\n");
        assertThat(run("stat -c %s /made; ls -d /dev/pipes /t 2>&1 | grep -c 'No such'"))
                .isEqualTo("1\n2\n");
        assertThat(built().split("Using cache", -1)).hasSize(4);
        file("Dockerfile", script.replace("1 + 2", "1 + 3"));
        assertThat(built()).contains("\nawk 4\n");
        file("Dockerfile", "FROM busybox\nRUN <<EOF\n#!/nosuch\nEOF\n");
        assertThat(build().run().exit()).isNotZero();
    }

    @Test
    @DisplayName("COPY writes several here-documents, with variables where their words are not quoted")
    void documentsAreCopied() throws IOException {
        file("Dockerfile", """
                FROM busybox
                ARG WHO=us
                COPY --chmod=0640 --chown=7:50 <<one <<-'two' /d/
                for $WHO ${WHO:+all}
                one
                \tas $WHO
                \ttwo
                ADD <<EOF /single
                added
                EOF
                """);
        built();
        assertThat(run("cat /d/one /d/two /single; stat -c '%n %a %u:%g' /d/one /d/two /single"))
                .isEqualTo("for us all\nas $WHO\nadded\n/d/one 640 7:50\n/d/two 640 7:50\n/single 644 0:0\n");
        assertThat(built().split("Using cache", -1)).hasSize(4);
    }

    @Test
    @DisplayName("COPY --parents keeps the sources' folders, and --link follows no link at the target")
    void copyKeepsParents() throws IOException {
        file("a/b/one", "1\n");
        file("a/c/two", "2\n");
        file("Dockerfile", """
                FROM busybox
                RUN ln -s /bin /there
                COPY --parents a/b/one a/c /to/
                COPY --parents a/./b/one /pivot/
                COPY --link a/b/one /tmp/linked
                """);
        built();
        assertThat(run("cat /to/a/b/one /to/a/c/two /pivot/b/one /tmp/linked; stat -c %a /to/a /tmp; ls /to"))
                .isEqualTo("1\n2\n1\n1\n755\n" + run("stat -c %a /tmp") + "a\n");
        file("Dockerfile", "FROM made\nCOPY --link a/b/one /there/one\n");
        assertThat(build().run().err())
                .startsWith("cannot copy to /there/one with --link: there is a symbolic link there;");
    }
}

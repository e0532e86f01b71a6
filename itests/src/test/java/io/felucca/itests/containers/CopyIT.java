package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The docker command's cp, diff, commit and export on this engine, beside the same on dockerd 20.10. */
@Timeout(300)
class CopyIT {

    private static final String CONTENT =
            "mkdir -p /d/sub; echo hi >/d/f; echo there >/d/sub/g; ln -s /d /l; ln -s /nope /dang;"
                    + " ln -s f /d/lf; ln -s /loop /loop; ln -s ../../../../etc /d/up; chmod 1751 /d/sub; mkdir -p /odd/deep; cd /odd; mkfifo fifo; mknod null c 1 3; touch -d '2001-02-03 04:05:06' old;"
                    + " echo one >one; ln one two; chmod 4755 one; touch $(printf 'b\\377d') 名;"
                    + " ln -s $(printf 't\\376') l; ln -s /etc/passwd abs;"
                    + " touch deep/$(printf '%0120d' 7); yes felucca | head -c 3000000 >/big;"
                    + " dd if=/dev/zero of=/hole bs=1 count=1 seek=5000000; touch /done; exec sleep 1000";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    @TempDir
    Path folder;

    /** The docker command on our engine, at the API that dockerd 20.10 speaks. */
    private static Program docker(String... words) {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(List.of(words));
        return new Program(all).env("DOCKER_HOST", engine.host()).env("DOCKER_API_VERSION", "1.41");
    }

    private static String tree(Path of) {
        return Program.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && LC_ALL=C find . -printf '%P %y %m %U:%G %s %l\\n' | cat -v | grep -v '^ d' | sed 's/^\\(.* d [0-9]* [0-9:]*\\) [0-9]* /\\1 /' | LC_ALL=C sort; cd \"$1\" && find . -type f -size -100 | LC_ALL=C sort | xargs grep -H .; find . -type f -size +100 | LC_ALL=C sort | xargs md5sum; cd odd && stat -c '%n %Y' old && stat -c '%n %h %t:%T' one two null fifo",
                        "sh",
                        of.toString())
                .run()
                .requireOk()
                .out();
    }

    /** What one engine's side of the script says and leaves, in a folder of its own. */
    private String told(Path own, Function<String[], Program> docker) throws IOException {
        Files.createDirectories(own.resolve("in/deep"));
        Files.writeString(own.resolve("in/a"), "a");
        Files.writeString(own.resolve("in/deep/b"), "b");
        Files.createSymbolicLink(own.resolve("in/link"), Path.of("a"));
        Files.createSymbolicLink(own.resolve("into"), Path.of("in"));
        Files.createDirectories(own.resolve("out/collide/f"));
        Files.createSymbolicLink(own.resolve("out/toout"), Path.of("elsewhere"));
        Files.createSymbolicLink(own.resolve("out/toout2"), Path.of("plain2"));
        StringBuilder told = new StringBuilder();
        for (String line : """
                cp box:/d out/whole
                cp box:/d out
                cp box:/d/. out/dot
                cp box:/d/f out/file
                cp box:/d/lf out/link
                cp -L box:/d/lf out/followed
                cp box:/l out/l
                cp box:/l/ out/lslash
                cp box:/l/sub out/lsub
                cp box:/d/sub/g out
                cp box:/dang out/dang
                cp -L box:/dang out/dangling
                cp box:/nope out
                cp box:/d/nope out
                cp box:/d/f/ out
                cp in box:/new
                cp in box:/new
                cp in/. box:/l
                cp in/a box:/d/renamed
                cp in/a box:/d/sub/
                cp in/a box:/nope/x
                cp in box:/d/f
                cp in/a box:/d/up
                cp in box:/l/linked
                cp box:/new out/back
                cp box:/d out/dagain
                cp box:/etc/a out/upped
                cp in/ box:/slash
                cp in/. box:/dot
                cp in/link box:/aslink
                cp -L in/link box:/asfile
                cp -L in/link box:/d/sub
                cp into box:/throughlink
                cp into/ box:/throughslash
                cp into/. box:/throughdot
                cp -L into box:/d/sub
                cp -a in/a box:/d/owned
                cp in/a/ box:/d
                cp in/a box:/newdir/
                cp nosuchfile box:/d
                cp nosuchfolder/ box:/d
                cp in/. box:/d/sub/.
                cp box:/slash out/slash
                cp box:/dot/. out/dotted
                cp box:/aslink out/aslink
                cp box:/asfile out/asfile
                cp box:/throughlink out/throughlink
                cp box:/throughslash out/throughslash
                cp box:/throughdot out/throughdot
                cp box:/d/sub out/sub
                cp box:/d/sub/. out/sub
                cp box:/d/sub/g out/nodir/x
                cp box:/d/sub out/file
                cp box:/d/sub/g out/whole
                cp box:/d/sub/g out/new/
                cp box:/d/sub out/toout
                cp box:/d/sub/g out/toout2
                cp box:/d/sub out/plain
                cp box:/d/sub out/plain/sub
                cp box:/d/f out/collide
                cp box:/d/sub/g /dev/null
                cp box:/odd out
                cp out/odd box:/odd2
                cp box:/odd2 out
                cp box:/big out
                cp box:/hole out
                cp out/big box:/big2
                cp box:/big2 out
                cp in/a box:/dev/null
                cp in box:
                cp a b
                cp box:/x box:/y
                cp  box:/y
                cp nosuch:/x out
                cp in nosuch:/x
                cp in/a never:/tmp/in-never
                cp never:/tmp/in-never out
                diff never
                diff nosuch
                commit nosuch
                export nosuch
                """.strip().lines().toList()) {
            Result result = docker.apply(line.split(" ")).in(own).run();
            // The client's own complaint about an upload that the engine refused comes or not, as the race goes.
            String err = result.err().replaceAll("time=\"[^\n]*\n", "").replaceAll("Successfully[^\n]*\n", "");
            // 20.10 names its own folders.
            err = err.replaceAll("lstat /tmp/[^\n]*/merged/", "lstat /").replace(own.toString(), "<own>");
            // Its command has words of its own for what is not there.
            err = err.replaceAll(
                            "Error: No such container:path: nosuch:\\S*",
                            "Error response from daemon: No such container: nosuch")
                    .replaceAll(
                            "Error: No such container:path: (\\w+):(\\S*)",
                            "Error response from daemon: Could not find the file $2 in container $1");
            told.append(line)
                    .append(" -> ")
                    .append(result.exit())
                    .append(' ')
                    .append(err)
                    .append(result.out())
                    .append('\n');
        }
        return told + tree(own.resolve("out"));
    }

    @Test
    @DisplayName("cp both ways, with a container that runs and one that never ran, is told and done as by dockerd")
    void cpIsDoneAsByDockerd() throws IOException {
        makeContainers(daemon::docker);
        String theirs = told(folder.resolve("theirs"), daemon::docker);
        List<String> theirDiff = daemon.docker("diff", "box").run().requireOk().lines();

        SoftAssertions all = new SoftAssertions();
        for (Function<String[], Program> client :
                List.<Function<String[], Program>>of(engine::felucca, CopyIT::docker)) {
            makeContainers(engine::felucca);
            String ours = told(folder.resolve("ours"), client);
            all.assertThat(ours).isEqualTo(theirs);
            List<String> ourDiff = docker("diff", "box").run().requireOk().lines();
            all.assertThat(ourDiff).containsExactlyInAnyOrderElementsOf(theirDiff);
            engine.removeContainers();
            Rootfs.delete(folder.resolve("ours"));
        }
        all.assertAll();
    }

    private static void makeContainers(Function<String[], Program> tool) {
        tool.apply(new String[] {"run", "-d", "--network", "none", "--name", "box", "busybox", "sh", "-c", CONTENT})
                .run()
                .requireOk();
        tool.apply(new String[] {"create", "--network", "none", "--name", "never", "busybox", "true"})
                .run()
                .requireOk();
        EngineUnderTest.await()
                .untilAsserted(() -> tool.apply(new String[] {"exec", "box", "test", "-e", "/done"})
                        .run()
                        .requireOk());
    }

    @Test
    @DisplayName(
            "T7: a container that swaps a directory for a link while it is copied gets and gives nothing of the host")
    void T7_aRacingContainerStaysInItsRoot() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "of the host");
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("put"), "put");
        String id = engine.runDetached(
                "busybox",
                "sh",
                "-c",
                "mkdir -p /b /a; echo mine >/b/secret; ln -s " + folder + " /link; touch /done;"
                        + " while true; do mv /b /a/x; mv /link /b; mv /b /link; mv /a/x /b; done");
        EngineUnderTest.await()
                .untilAsserted(() ->
                        engine.felucca("exec", id, "test", "-e", "/done").run().requireOk());

        for (int i = 0; i < 40; i++) {
            byte[] out = engine.felucca("cp", id + ":/b/secret", "-").run().outBytes();
            assertThat(new String(out, StandardCharsets.ISO_8859_1)).doesNotContain("of the host");
            docker("cp", in + "/.", id + ":/b/").run();
            engine.felucca("cp", in + "/.", id + ":/b/").run();
        }

        assertThat(folder.resolve("put")).doesNotExist();
        assertThat(secret).hasContent("of the host");
    }

    @Test
    @DisplayName(
            "T8, T20: programs and libraries of a container are never run for cp, and archives stay where they are put")
    void T8_T20_nothingOfTheContainerRunsAndNothingClimbsOut() throws IOException {
        String id = engine.ok("create", "--network", "none", "busybox", "sleep", "1000");
        Path evil = Rootfs.create("evil-tools.tar")
                .file("bin/tar", 0755, "#!/bin/sh\ntouch /ran")
                .file("usr/bin/tar", 0755, "#!/bin/sh\ntouch /ran")
                .file("lib/x86_64-linux-gnu/libnss_files.so.2", 0755, "no library")
                .symlink("away", folder.toString())
                .done();
        engine.felucca("cp", "-", id + ":/").stdin(evil).run().requireOk();
        engine.felucca("cp", id + ":/", "-").run().requireOk();
        Path into =
                Rootfs.create("into-link.tar").file("away/escaped", 0644, "x").done();
        engine.felucca("cp", "-", id + ":/").stdin(into).run();
        Path climbing = Rootfs.create("climbing.tar")
                .file("../../../escaped", 0644, "x")
                .done();

        assertThat(engine.felucca("cp", "-", id + ":/tmp")
                        .stdin(climbing)
                        .run()
                        .requireExit(1)
                        .err())
                .contains("is outside of \"/tmp\"");
        assertThat(folder.resolve("escaped")).doesNotExist();
        assertThat(Path.of("/escaped")).doesNotExist();
        assertThat(engine.ok("diff", id)).doesNotContain("/ran");
    }

    @Test
    @DisplayName("commit through the API: the same config and history as dockerd's, which drops nothing either")
    void commitIsShownAsByDockerd() throws IOException {
        List<String> seen = new ArrayList<>();
        for (Function<String[], Program> tool : List.<Function<String[], Program>>of(engine::felucca, daemon::docker)) {
            Function<String[], Program> client = seen.isEmpty() ? CopyIT::docker : daemon::docker;
            tool.apply(new String[] {
                        "run",
                        "-d",
                        "--network",
                        "none",
                        "--name",
                        "c0",
                        "-e",
                        "A=b",
                        "-w",
                        "/tmp",
                        "-l",
                        "k=v",
                        "busybox",
                        "sleep",
                        "1000"
                    })
                    .run()
                    .requireOk();
            client.apply(new String[] {
                        "commit", "-a", "me", "-m", "修改", "-c", "EXPOSE 80", "-c", "USER www", "c0", "made:1"
                    })
                    .run()
                    .requireOk();
            seen.add(tool.apply(new String[] {
                        "image",
                        "inspect",
                        "-f",
                        "{{.Author}} {{.Comment}} {{json .Config.Cmd}} {{json .Config.Env}} {{json .Config.ExposedPorts}}"
                                + " {{json .Config.Labels}} {{.Config.User}} {{.Config.WorkingDir}} {{len .RootFS.Layers}}",
                        "made:1"
                    })
                    .run()
                    .requireOk()
                    .out());
        }
        assertThat(seen.get(0)).isEqualTo(seen.get(1));
    }
}

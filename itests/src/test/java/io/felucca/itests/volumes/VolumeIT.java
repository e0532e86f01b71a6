package io.felucca.itests.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
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

/** Data that outlives containers: the notes' volume chapter, command by command. */
@Timeout(300)
class VolumeIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path host;

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        engine.ok("volume", "prune", "-a", "-f");
        assertThat(engine.dataRoot().resolve("volumes")).isEmptyDirectory();
    }

    private static List<String> volumes() {
        return engine.felucca("volume", "ls", "-q").run().requireOk().lines();
    }

    private static void importWithVolumes(String name, String... changes) {
        List<String> words = new ArrayList<>(List.of("import"));
        for (String change : changes) {
            words.addAll(List.of("-c", change));
        }
        Path tar = Rootfs.create("volumes.tar")
                .busyboxFiles()
                .directory("data", 0750)
                .file("data/file", 0640, "from the image\n")
                .symlink("data/out", "/etc/passwd")
                .hardLink("data/same", "data/file")
                .symlink("link", "data")
                .done();
        words.addAll(List.of(tar.toString(), name));
        engine.ok(words.toArray(String[]::new));
    }

    @Test
    @DisplayName("S120 S129 -v /webapp makes an anonymous volume, and inspect shows it as the notes do")
    void S129_inspectShowsTheVolume() {
        engine.runDetached("--name", "web", "-v", "/webapp", "busybox", "sleep", "1000");

        JsonNode mounts = engine.inspect("web").path("Mounts");
        assertThat(mounts).hasSize(1);
        JsonNode mount = mounts.get(0);
        String name = mount.path("Name").textValue();
        assertThat(name).matches("[0-9a-f]{64}");
        assertThat(mount.toString())
                .isEqualTo("{\"Type\":\"volume\",\"Name\":\"" + name + "\",\"Source\":\"" + engine.dataRoot()
                        + "/volumes/" + name
                        + "/_data\",\"Destination\":\"/webapp\",\"Driver\":\"local\",\"Mode\":\"\",\"RW\":true,"
                        + "\"Propagation\":\"\"}");
        engine.ok("exec", "web", "sh", "-c", "echo shared > /webapp/x");
        assertThat(Path.of(mount.path("Source").textValue(), "x")).hasContent("shared\n");
    }

    @Test
    @DisplayName("S121 S10 several -v: each is a volume of its own, and neither they nor a bind are in diff or commit")
    void S121_severalVolumes() {
        engine.runDetached(
                "--name",
                "many",
                "-v",
                "/a",
                "-v",
                "/b",
                "-v",
                "named:/c",
                "-v",
                host + ":/h",
                "busybox",
                "sleep",
                "1000");
        engine.ok("exec", "many", "sh", "-c", "for d in a b c h; do echo $d >/$d/x; done; echo 4 >/own");

        assertThat(volumes()).hasSize(3).contains("named");
        assertThat(host.resolve("x")).hasContent("h\n");
        assertThat(engine.ok("diff", "many")).contains("A /own").doesNotContain("/x");
        engine.ok("commit", "many", "committed");
        assertThat(engine.runOnce("committed", "sh", "-c", "ls /a /b /c /h; ls /own")
                        .ok())
                .isEqualTo("/a:\n\n/b:\n\n/c:\n\n/h:\n/own");
        engine.ok("rmi", "committed");
    }

    @Test
    @DisplayName("S115 S116 S118 a named volume is shared at once, and is there when its containers are gone")
    void S118_aNamedVolumePersists() {
        engine.runDetached("--name", "one", "-v", "mydata:/data", "busybox", "sleep", "1000");
        engine.runDetached("--name", "two", "-v", "mydata:/other:ro", "busybox", "sleep", "1000");
        engine.ok("exec", "one", "sh", "-c", "echo hello > /data/x");

        assertThat(engine.ok("exec", "two", "cat", "/other/x")).isEqualTo("hello");
        assertThat(engine.fails(1, "exec", "two", "touch", "/other/y")).contains("Read-only file system");
        assertThat(engine.fails(1, "volume", "rm", "mydata"))
                .startsWith("Error response from daemon: remove mydata: volume is in use - [");
        engine.ok("rm", "-f", "-v", "one", "two");

        assertThat(volumes()).containsExactly("mydata");
        assertThat(engine.runOnce("-v", "mydata:/data", "busybox", "cat", "/data/x")
                        .ok())
                .isEqualTo("hello");
        assertThat(engine.ok("volume", "rm", "mydata")).isEqualTo("mydata");
    }

    @Test
    @DisplayName(
            "S69 S70 S71 S119 S117 VOLUME gives a volume a run, filled from the image; -v mydata:/data takes its place")
    void S70_imagesVolumes() {
        importWithVolumes("withvolume", "VOLUME [\"/data\"]", "VOLUME /vv");
        engine.ok("run", "--name", "first", "--network", "none", "withvolume", "sh", "-c", "echo more >> /data/file");
        engine.ok("run", "--name", "named", "--network", "none", "-v", "mydata:/data", "withvolume", "true");

        assertThat(volumes()).hasSize(4);
        assertThat(engine.runOnce("-v", "mydata:/d", "busybox", "stat", "-c", "%a %u %h", "/d", "/d/file")
                        .ok())
                .as("modes, and the hard link")
                .isEqualTo("750 0 2\n640 0 2");
        assertThat(engine.runOnce("-v", "mydata:/d", "busybox", "readlink", "/d/out")
                        .ok())
                .as("T20 links are copied, not followed")
                .isEqualTo("/etc/passwd");
        assertThat(engine.runOnce("withvolume", "cat", "/data/file").ok()).isEqualTo("from the image");
        assertThat(engine.ok("diff", "first")).doesNotContain("file");
        assertThat(engine.runOnce("-v", "bare:/data:nocopy", "withvolume", "ls", "/data")
                        .ok())
                .isEmpty();
        assertThat(engine.runOnce("--mount", "source=bare,target=/link,volume-nocopy", "withvolume", "ls", "/link")
                        .ok())
                .isEmpty();
        assertThat(engine.runOnce("-v", "throughlink:/link", "withvolume", "cat", "/link/file")
                        .ok())
                .isEqualTo("from the image");
        assertThat(engine.runOnce("-v", host + ":/data", "withvolume", "ls", "/data")
                        .ok())
                .as("S119 a bind hides what the image has")
                .isEmpty();
        engine.ok("rm", "-v", "first", "named");
        assertThat(volumes()).containsExactlyInAnyOrder("mydata", "bare", "throughlink");
        engine.ok("rmi", "withvolume");
    }

    @Test
    @DisplayName("S127 VOLUME names no path of the host: what looks like one is the volume's own place")
    void S127_noHostPathInVolume() throws IOException {
        Files.writeString(host.resolve("secret"), "x");
        importWithVolumes("withhost", "VOLUME " + host + ":/inside", "VOLUME relative");
        assertThat(engine.runOnce("withhost", "sh", "-c", "ls -d /inside; ls -A " + host + ":/inside /relative")
                        .run()
                        .out())
                .isEqualTo("/relative:\n\n" + host + ":/inside:\n");
        engine.ok("rmi", "withhost");
    }

    @Test
    @DisplayName("S122 S123 rm keeps volumes, rm -v removes those that nobody named; dangling ones are listed")
    void S122_removal() {
        engine.ok("create", "--name", "kept", "-v", "/v", "busybox", "true");
        engine.ok("create", "--name", "gone", "-v", "/v", "-v", "named:/n", "busybox", "true");
        String kept = engine.inspect("kept").path("Mounts").get(0).path("Name").textValue();
        engine.ok("rm", "kept");
        engine.ok("rm", "-v", "gone");

        assertThat(engine.felucca("volume", "ls", "-q", "-f", "dangling=true")
                        .run()
                        .requireOk()
                        .lines())
                .containsExactlyInAnyOrder(kept, "named");
        assertThat(engine.runOnce("-v", "/tmpvolume", "busybox", "true")
                        .run()
                        .requireOk()
                        .exit())
                .isZero();
        assertThat(volumes()).as("--rm takes its anonymous volumes along").hasSize(2);
        assertThat(engine.ok("volume", "prune", "-f")).startsWith("Deleted Volumes:\n" + kept);
        assertThat(volumes()).containsExactly("named");
    }

    @Test
    @DisplayName("S124 S126 S128 S130 directories and files of the host; a missing directory is made, :ro gives EROFS")
    void S124_binds() throws IOException {
        Files.writeString(host.resolve("file"), "of the host\n");
        Path missing = host.resolve("src/webapp");

        assertThat(engine.runOnce(
                                "-v",
                                missing + ":/opt/webapp",
                                "busybox",
                                "sh",
                                "-c",
                                "echo x > /opt/webapp/y; stat -c %a /opt/webapp")
                        .ok())
                .isEqualTo("755");
        assertThat(missing.resolve("y")).hasContent("x\n");
        assertThat(engine.runOnce("-v", host + "/file:/.bash_history", "busybox", "cat", "/.bash_history")
                        .ok())
                .isEqualTo("of the host");
        Result readOnly = engine.runOnce("-v", missing + ":/w:ro", "busybox", "touch", "/w/z")
                .run();
        assertThat(readOnly.exit()).isEqualTo(1);
        assertThat(readOnly.err()).contains("Read-only file system");
        assertThat(engine.runOnce("-v", missing + ":/w:z", "-v", missing + ":/q:ro,Z", "busybox", "ls", "/w", "/q")
                        .ok())
                .isEqualTo("/q:\ny\n\n/w:\ny");
        assertThat(engine.runOnce(
                                "--mount",
                                "type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=700",
                                "busybox",
                                "sh",
                                "-c",
                                "stat -c %a /t; df /t | tail -n1 | awk '{print $2}'")
                        .ok())
                .isEqualTo("700\n1024");
    }

    @Test
    @DisplayName("S125 T6 a bad path, driver, option or mode gets Docker's error and leaves nothing behind")
    void badWordsLeaveNothing() {
        record Bad(String told, String... words) {}
        List<Bad> all = List.of(
                new Bad("invalid mode: bad", "-v", "fresh:/x:bad"),
                new Bad(
                        "create rel/dir: \"rel/dir\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path",
                        "-v",
                        "rel/dir:/x"),
                new Bad(
                        "create fresh: error looking up volume plugin nosuch: plugin \"nosuch\" not found",
                        "-v",
                        "other:/y",
                        "--mount",
                        "source=fresh,target=/x,volume-driver=nosuch"),
                new Bad(
                        "create fresh: invalid option: \"a\"",
                        "-v",
                        "other:/y",
                        "--mount",
                        "source=fresh,target=/x,volume-opt=a=b"),
                new Bad(
                        "invalid mount config for type \"bind\": bind source path does not exist: /nosuch",
                        "--mount",
                        "type=bind,source=/nosuch,target=/x"),
                new Bad("Duplicate mount point: /x", "-v", "fresh:/x", "-v", "other:/x"),
                new Bad("invalid mount over /proc: it must be of type proc", "-v", "fresh:/proc"),
                new Bad(
                        "create fresh: error looking up volume plugin nosuch: plugin \"nosuch\" not found",
                        "-v",
                        "before:/a",
                        "-v",
                        "/anonymous",
                        "--mount",
                        "source=fresh,target=/x,volume-driver=nosuch"),
                new Bad("No such container: nosuch", "--volumes-from", "nosuch"));
        for (Bad bad : all) {
            List<String> words = new ArrayList<>(List.of(bad.words()));
            words.addAll(List.of("busybox", "true"));
            Result result = engine.runOnce(words.toArray(String[]::new)).run();
            assertThat(result.exit()).isEqualTo(125);
            assertThat(result.err()).startsWith("felucca: Error response from daemon: " + bad.told() + "\n");
        }
        importWithVolumes("overfile", "VOLUME /data/file");
        assertThat(engine.runOnce("-v", "/a", "overfile", "true")
                        .run()
                        .requireExit(125)
                        .err())
                .contains("cannot mount volume over existing file, file exists ");
        engine.ok("rmi", "overfile");
        assertThat(volumes()).isEmpty();
        assertThat(engine.ok("ps", "-aq")).isEmpty();
    }

    @Test
    @DisplayName(
            "S132 S133 S134 S135 S136 a data container that has ended lends its volumes; the last rm -v removes them")
    void S133_volumesFrom() {
        engine.ok(
                "run",
                "--network",
                "none",
                "-v",
                "/dbdata",
                "--name",
                "dbdata",
                "busybox",
                "echo",
                "Data-only container");
        engine.runDetached("--volumes-from", "dbdata", "--name", "db1", "busybox", "sleep", "1000");
        engine.runDetached("--volumes-from", "dbdata:ro", "--name", "db2", "busybox", "sleep", "1000");
        engine.ok("exec", "db1", "sh", "-c", "echo row > /dbdata/table");

        assertThat(engine.ok("exec", "db2", "cat", "/dbdata/table")).isEqualTo("row");
        assertThat(engine.fails(1, "exec", "db2", "touch", "/dbdata/x")).contains("Read-only");
        engine.ok("rm", "-v", "dbdata");
        engine.ok("rm", "-f", "-v", "db1");
        assertThat(volumes()).hasSize(1);
        assertThat(engine.ok("exec", "db2", "cat", "/dbdata/table")).isEqualTo("row");
        engine.ok("rm", "-f", "-v", "db2");
        assertThat(volumes()).isEmpty();
    }

    @Test
    @DisplayName("S137 S138 S139 the notes' backup, restore and verify")
    void S137_backupAndRestore() {
        engine.ok(
                "run",
                "--network",
                "none",
                "-v",
                "/dbdata",
                "--name",
                "dbdata",
                "busybox",
                "sh",
                "-c",
                "echo row > /dbdata/table; mkdir /dbdata/sub; echo 名 > /dbdata/sub/名");
        Result backup = engine.runOnce(
                        "--volumes-from",
                        "dbdata",
                        "-v",
                        host + ":/backup",
                        "busybox",
                        "tar",
                        "cvf",
                        "/backup/backup.tar",
                        "/dbdata")
                .run()
                .requireOk();
        assertThat(host.resolve("backup.tar")).isNotEmptyFile();

        engine.ok("run", "--network", "none", "-v", "/dbdata", "--name", "dbdata2", "busybox", "/bin/sh");
        engine.runOnce(
                        "--volumes-from",
                        "dbdata2",
                        "-v",
                        host + ":/backup",
                        "busybox",
                        "tar",
                        "xvf",
                        "/backup/backup.tar")
                .run()
                .requireOk();

        assertThat(engine.runOnce("--volumes-from", "dbdata2", "busybox", "/bin/ls", "/dbdata")
                        .ok())
                .isEqualTo("sub\ntable");
        assertThat(engine.runOnce("--volumes-from", "dbdata2", "busybox", "cat", "/dbdata/sub/名")
                        .ok())
                .isEqualTo("名");
        assertThat(backup.out()).contains("dbdata/table");
    }

    @Test
    @DisplayName("Two containers write to one volume at once, and neither loses a line")
    void twoWriters() {
        String script = "i=0; while [ $i -lt 500 ]; do echo $1-$i >> /data/log; i=$((i+1)); done";
        engine.runDetached("--name", "w1", "-v", "both:/data", "busybox", "sh", "-c", script, "sh", "a");
        engine.runDetached("--name", "w2", "-v", "both:/data", "busybox", "sh", "-c", script, "sh", "b");
        engine.ok("wait", "w1", "w2");

        assertThat(engine.runOnce(
                                "-v",
                                "both:/data",
                                "busybox",
                                "sh",
                                "-c",
                                "wc -l < /data/log; sort -u /data/log | wc -l")
                        .ok())
                .isEqualTo("1000\n1000");
    }

    @Test
    @DisplayName("Removal never follows a mount that somebody made below a volume")
    void removalStopsAtMounts() throws IOException {
        engine.ok("volume", "create", "trap");
        Path inside = Files.createDirectory(engine.dataRoot().resolve("volumes/trap/_data/inside"));
        Files.writeString(host.resolve("precious"), "x");
        Program.of("mount", "--bind", host.toString(), inside.toString()).ok();
        try {
            assertThat(engine.fails(1, "volume", "rm", "trap")).contains("something is mounted in");
            assertThat(host.resolve("precious")).exists();
        } finally {
            Program.of("umount", inside.toString()).ok();
        }
        engine.ok("volume", "rm", "trap");
        assertThat(host.resolve("precious")).exists();
    }

    @Test
    @DisplayName("1,000 volumes are made, listed at once and pruned")
    void aThousandVolumes() {
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            calls.append(i == 0 ? "" : "next\n")
                    .append("silent\nfail\nunix-socket = ")
                    .append(engine.socket())
                    .append("\nurl = http://d/volumes/create\nheader = \"Content-Type: application/json\"\n")
                    .append("data = \"{\\\"Name\\\":\\\"v")
                    .append(i)
                    .append("\\\"}\"\n");
        }
        Program.of("curl", "-sf", "-K", "-").stdin(calls.toString()).run(120).requireOk();

        assertThat(volumes()).hasSize(1000);
        assertThat(EngineUnderTest.json(Program.of(
                                        "curl",
                                        "-sf",
                                        "--unix-socket",
                                        engine.socket().toString(),
                                        "http://d/volumes")
                                .ok())
                        .path("Volumes"))
                .hasSize(1000);
        engine.ok("volume", "prune", "-a", "-f");
        assertThat(volumes()).isEmpty();
    }

    @Test
    @DisplayName("T5 T20 what a container links at a mount's destination or in a volume leads nowhere outside")
    void T5_linksLeadNowhere() {
        Path target = host.resolve("made-outside");
        engine.ok(
                "run",
                "--network",
                "none",
                "--name",
                "evil",
                "-v",
                "shared:/s",
                "busybox",
                "sh",
                "-c",
                "ln -s " + target + " /s/inner; ln -s " + target
                        + " /dest; mkdir /s/real; ln -s /etc/passwd /s/real/f");
        engine.ok("commit", "evil", "linked");

        engine.runOnce("-v", "shared:/s", "-v", "other:/s/inner/deep", "busybox", "true")
                .run();
        engine.runOnce("-v", "other:/dest", "linked", "true").run();
        assertThat(target).doesNotExist();
        assertThat(engine.runOnce("--mount", "source=shared,target=/z,volume-subpath=inner", "busybox", "ls", "/z")
                        .run()
                        .exit())
                .isEqualTo(125);
        assertThat(engine.runOnce(
                                "--mount", "source=shared,target=/z,volume-subpath=real", "busybox", "readlink", "/z/f")
                        .ok())
                .isEqualTo("/etc/passwd");
        assertThat(target).doesNotExist();
        engine.ok("rm", "-v", "evil");
        engine.ok("rmi", "linked");
    }
}

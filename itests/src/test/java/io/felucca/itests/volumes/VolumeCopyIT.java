package io.felucca.itests.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** B9: clones, snapshots and archives of volumes, and cp through them; the same words to the docker command. */
@Timeout(300)
class VolumeCopyIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path host;

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        for (String name :
                engine.felucca("volume", "ls", "-q").run().requireOk().lines()) {
            engine.ok("volume", "rm", "-f", name);
        }
        assertThat(engine.dataRoot().resolve("volumes")).isEmptyDirectory();
        assertThat(engine.execRoot().resolve("v").toFile().list()).isNullOrEmpty();
    }

    private static String inVolume(String volume, String script) {
        return engine.runOnce("-v", volume + ":/d", "busybox", "sh", "-c", script)
                .ok();
    }

    private static void makeDatabase() {
        inVolume(
                "db",
                "echo one > /d/f; ln /d/f /d/same; mkdir -m 700 /d/s; ln -s /etc/passwd /d/s/l; chown 5:6 /d; chmod 711 /d");
    }

    @Test
    @DisplayName("B9 a clone is a volume of its own with the same content, owners, modes and links")
    void B9_clone() {
        makeDatabase();
        engine.ok("volume", "clone", "db", "copy");
        engine.ok("volume", "create", "-o", "from=db", "other");
        inVolume("copy", "echo changed > /d/f");

        assertThat(inVolume("other", "stat -c '%a %u:%g' /d; stat -c %h /d/f; readlink /d/s/l; cat /d/f"))
                .isEqualTo("711 5:6\n2\n/etc/passwd\none");
        assertThat(inVolume("db", "cat /d/f")).isEqualTo("one");
        assertThat(engine.fails(1, "volume", "clone", "nosuch", "x1"))
                .isEqualTo("Error response from daemon: get nosuch: no such volume\n");
    }

    @Test
    @DisplayName("B9 snapshots are kept beside the volume, restored, made volumes of, and removed")
    void B9_snapshots() {
        makeDatabase();
        assertThat(engine.ok("volume", "snapshot", "db", "monday")).isEqualTo("db@monday");
        engine.runDetached(
                "--name",
                "writer",
                "-v",
                "db:/d",
                "busybox",
                "sh",
                "-c",
                "echo two > /d/f; rm -r /d/s; exec sleep 1000");
        EngineUnderTest.await()
                .until(() -> engine.ok("exec", "writer", "cat", "/d/f").equals("two"));
        String second = engine.ok("volume", "snapshot", "db");

        assertThat(engine.fails(1, "volume", "rm", "-f", "db")).contains("volume is in use - [");
        assertThat(engine.status("writer")).as("paused only meanwhile").isEqualTo("running");
        assertThat(engine.felucca("volume", "snapshots", "db").run().lines()).containsExactly("db@monday", second);
        assertThat(engine.felucca("volume", "ls", "-q").run().lines()).containsExactly("db");
        assertThat(engine.fails(1, "volume", "restore", "db", "monday"))
                .contains("volume is in use by running containers");
        engine.ok("rm", "-f", "writer");
        engine.ok("volume", "restore", "db", "monday");
        assertThat(inVolume("db", "cat /d/f; ls /d/s; stat -c '%a %u' /d")).isEqualTo("one\nl\n711 5");
        engine.ok("volume", "create", "-o", "from=" + second, "from-second");
        assertThat(inVolume("from-second", "cat /d/f")).isEqualTo("two");
        assertThat(engine.fails(1, "volume", "rm", "db"))
                .contains("volume has snapshots - [db@monday, " + second + "]");
        assertThat(engine.fails(1, "volume", "snapshot", "db", "monday"))
                .contains("snapshot db@monday is there already");
        engine.ok("volume", "rm", second);
        engine.ok("volume", "rm", "-f", "db");
    }

    @Test
    @DisplayName("B9 T20 export and import carry all that a volume has, and follow no link")
    void B9_exportAndImport() {
        makeDatabase();
        Path tar = host.resolve("db.tar");
        engine.ok("volume", "export", "-o", tar.toString(), "db");
        Program.of("gzip", "-k", tar.toString()).ok();
        engine.ok("volume", "import", "plain", tar.toString());
        engine.ok("volume", "import", "packed", tar + ".gz");

        for (String name : List.of("plain", "packed")) {
            assertThat(inVolume(name, "stat -c '%a %u:%g' /d; stat -c %h /d/f; readlink /d/s/l"))
                    .isEqualTo("711 5:6\n2\n/etc/passwd");
        }
        assertThat(engine.fails(1, "volume", "import", "broken", "/etc/passwd"))
                .startsWith("Error response from daemon: ");
        Path climbing =
                Rootfs.create("climbing.tar").file("../escaped", 0644, "x").done();
        assertThat(engine.fails(1, "volume", "import", "broken", climbing.toString()))
                .contains("climbs out");
        assertThat(engine.felucca("volume", "ls", "-q").run().lines()).doesNotContain("broken");
    }

    @Test
    @DisplayName("S137 S138 the notes' backup and restore as one command each")
    void S137_backupAsOneCommand() {
        engine.ok(
                "run",
                "--network",
                "none",
                "--name",
                "dbdata",
                "-v",
                "/dbdata",
                "-v",
                "/var/lib/more",
                "busybox",
                "sh",
                "-c",
                "echo row > /dbdata/table; echo more > /var/lib/more/file");
        Path backup = host.resolve("backup.tar");
        engine.ok("volume", "backup", "-o", backup.toString(), "dbdata");
        assertThat(Program.of("tar", "tf", backup.toString()).run().lines())
                .containsExactly("dbdata/", "dbdata/table", "var/lib/more/", "var/lib/more/file");
        engine.ok(
                "create",
                "--network",
                "none",
                "--name",
                "dbdata2",
                "-v",
                "/dbdata",
                "-v",
                "/var/lib/more",
                "busybox",
                "true");
        engine.ok("volume", "restore", "-i", backup.toString(), "dbdata2");

        assertThat(engine.runOnce("--volumes-from", "dbdata2", "busybox", "cat", "/dbdata/table", "/var/lib/more/file")
                        .ok())
                .isEqualTo("row\nmore");
        assertThat(engine.ok("diff", "dbdata2")).doesNotContain("table");
        engine.ok("rm", "-v", "dbdata", "dbdata2");
    }

    @Test
    @DisplayName("T7 cp sees volumes and paths of the host where a container has them, running or not")
    void cpSeesVolumes() throws java.io.IOException {
        java.nio.file.Files.writeString(host.resolve("x"), "of the host\n");
        engine.ok(
                "create",
                "--network",
                "none",
                "--name",
                "box",
                "-v",
                "data:/data",
                "-v",
                host + ":/host",
                "-v",
                "data:/ro:ro",
                "busybox",
                "sleep",
                "1000");
        String tar = "tar -C " + host + " -c x | " + EngineUnderTest.program() + " cp - box:";

        Program.of("sh", "-c", tar + "/data").env("FELUCCA_HOST", engine.host()).ok();
        assertThat(Program.of("sh", "-c", tar + "/ro")
                        .env("FELUCCA_HOST", engine.host())
                        .run()
                        .err())
                .contains("mounted volume is marked read-only");
        assertThat(inVolume("data", "cat /d/x")).isEqualTo("of the host");
        engine.ok("start", "box");
        engine.ok("exec", "box", "sh", "-c", "echo running > /data/y; ln -s /etc /data/out");
        for (String path : List.of("/data/y", "/host/x")) {
            assertThat(Program.of("sh", "-c", EngineUnderTest.program() + " cp box:" + path + " - | tar xO")
                            .env("FELUCCA_HOST", engine.host())
                            .ok())
                    .isEqualTo(path.equals("/data/y") ? "running" : "of the host");
        }
        assertThat(engine.ok("diff", "box")).doesNotContain("/data/");
    }

    @Test
    @DisplayName("The docker command is told of volumes what dockerd tells it")
    void asDockerd() {
        try (DockerDaemon dockerd = DockerDaemon.start()) {
            dockerd.docker("import", Rootfs.busybox().toString(), "busybox")
                    .run()
                    .requireOk();
            for (String line : List.of(
                    "volume create aa",
                    "volume create --label k=v -o type=tmpfs -o device=tmpfs -o o=size=1m tm",
                    "volume create x",
                    "volume create b@d",
                    "volume create -o foo=bar zz",
                    "volume create -o type=tmpfs zz",
                    "volume create -o size=1m zz",
                    "volume create -d nosuch zz",
                    "volume create aa",
                    "volume inspect nosuch",
                    "volume inspect -f {{.Name}}{{.Driver}}{{.Scope}}{{.Labels}}{{.Options}} aa tm",
                    "volume ls",
                    "volume ls -q -f name=a",
                    "volume ls -f dangling=x",
                    "volume ls -f nosuch=1",
                    "volume ls -f label=k",
                    "volume rm nosuch",
                    "volume rm -f nosuch",
                    "create --name box --network none -v aa:/y:ro -v /tmp:/t:rslave --mount type=tmpfs,target=/m busybox true",
                    "create --name from --network none --volumes-from box:bad busybox true",
                    "create --network none -v aa:/y:bad busybox true",
                    "create --network none -v aa:rel busybox true",
                    "create --network none -v aa:/y -v tm:/y busybox true",
                    "create --network none --mount type=bind,source=/nosuch,target=/x busybox true",
                    "ps -a --format {{.Mounts}}|{{.LocalVolumes}} --filter volume=nosuch",
                    "rm -v box",
                    "volume rm aa tm",
                    "volume prune -f",
                    "volume ls -q")) {
                String[] words = line.split(" ");
                String ours = told(docker(words));
                assertThat(ours).as(line).isEqualTo(told(dockerd.docker(words)));
            }
        }
    }

    private static Program docker(String... words) {
        List<String> all = new java.util.ArrayList<>(List.of("docker"));
        all.addAll(List.of(words));
        return new Program(all).env("DOCKER_HOST", engine.host()).env("DOCKER_API_VERSION", "1.41");
    }

    /** Ids differ. */
    private static String told(Program program) {
        var result = program.run();
        return (result.exit() + "\n" + result.out() + result.err()).replaceAll("\\b[0-9a-f]{64}\\b", "<id>");
    }
}

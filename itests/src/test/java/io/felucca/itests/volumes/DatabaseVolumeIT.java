package io.felucca.itests.volumes;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.images.DebianImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real database's data directory on a volume: PostgreSQL of Debian. */
@Timeout(600)
class DatabaseVolumeIT {

    private static final String HOME = "/var/lib/postgresql";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.empty();

    @TempDir
    Path host;

    @BeforeAll
    static void importPostgres() {
        engine.felucca("import", "-c", "USER postgres", DebianImage.postgresql().toString(), "postgres")
                .run(300)
                .requireOk();
    }

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        engine.ok("volume", "prune", "-a", "-f");
    }

    /** A server on what is in the volume, or on a new cluster. */
    private static void startServer(String name, String... mounts) {
        List<String> words = new ArrayList<>(List.of("--name", name));
        words.addAll(List.of(mounts));
        String script = "export PATH=" + DebianImage.POSTGRESQL_BIN + ":$PATH; [ -e " + HOME + "/data/PG_VERSION ]"
                + " || initdb -D " + HOME + "/data >/dev/null; exec postgres -D " + HOME + "/data -k /tmp";
        words.addAll(List.of("postgres", "sh", "-c", script));
        engine.runDetached(words.toArray(String[]::new));
        await().atMost(java.time.Duration.ofSeconds(120))
                .until(() -> engine.felucca("exec", name, "psql", "-h", "/tmp", "-Atc", "select 1")
                                .run()
                                .exit()
                        == 0);
    }

    private static String sql(String container, String statement) {
        return engine.ok("exec", container, "psql", "-h", "/tmp", "-v", "ON_ERROR_STOP=1", "-Atc", statement);
    }

    private static String digest(String container) {
        return sql(container, "select count(*), md5(string_agg(text, ',' order by id)) from rows");
    }

    private static String fill(String container) {
        sql(container, "create table rows (id int primary key, text text)");
        sql(container, "insert into rows select i, md5(i::text) from generate_series(1, 20000) i");
        return digest(container);
    }

    @Test
    @DisplayName("S11 S118 PostgreSQL writes, its container is removed, another on the volume reads every row")
    void S118_anotherServerReads() {
        startServer("first", "-v", "pgdata:" + HOME);
        String written = fill("first");
        assertThat(written).startsWith("20000|");
        assertThat(engine.ok("diff", "first")).doesNotContain("PG_VERSION");
        // As when the machine loses power: what was committed is there.
        engine.ok("rm", "-f", "first");

        startServer("second", "-v", "pgdata:" + HOME);
        assertThat(digest("second")).isEqualTo(written);
        sql("second", "delete from rows where id > 10");
        engine.ok("stop", "-t", "60", "second");
        engine.ok("rm", "second");

        startServer("third", "-v", "pgdata:" + HOME);
        assertThat(sql("third", "select count(*) from rows")).isEqualTo("10");
        engine.ok("rm", "-f", "third");
    }

    @Test
    @DisplayName(
            "S137 S138 S139 B9 its volume is backed up, restored and verified, by the notes' recipe and by snapshot")
    void S137_backupAndSnapshot() {
        startServer("dbdata", "-v", HOME);
        String written = fill("dbdata");
        String volume =
                engine.inspect("dbdata").path("Mounts").get(0).path("Name").textValue();
        // The server runs: pausing it while it is copied makes what a power cut would leave.
        String snapshot = engine.ok("volume", "snapshot", volume, "running");
        engine.ok("stop", "-t", "60", "dbdata");
        engine.ok(
                "run",
                "--rm",
                "--network",
                "none",
                "--user",
                "root",
                "--volumes-from",
                "dbdata",
                "-v",
                host + ":/backup",
                "postgres",
                "tar",
                "cvf",
                "/backup/backup.tar",
                HOME);

        engine.ok("create", "--name", "dbdata2", "-v", HOME, "postgres", "/bin/bash");
        engine.ok(
                "run",
                "--rm",
                "--network",
                "none",
                "--user",
                "root",
                "--volumes-from",
                "dbdata2",
                "-v",
                host + ":/backup",
                "postgres",
                "tar",
                "xvf",
                "/backup/backup.tar");
        assertThat(engine.runOnce("--volumes-from", "dbdata2", "postgres", "/bin/ls", HOME + "/data")
                        .ok())
                .contains("PG_VERSION");
        startServer("restored", "--volumes-from", "dbdata2");
        assertThat(digest("restored")).isEqualTo(written);

        engine.ok("volume", "create", "-o", "from=" + snapshot, "cloned");
        startServer("clone", "-v", "cloned:" + HOME);
        assertThat(digest("clone")).isEqualTo(written);
        engine.ok("rm", "-f", "-v", "dbdata", "dbdata2", "restored", "clone");
        assertThat(engine.felucca("volume", "ls", "-q").run().lines())
                .as("one that has a snapshot stays")
                .containsExactlyInAnyOrder(volume, "cloned");
        engine.ok("volume", "rm", "-f", volume);
    }
}

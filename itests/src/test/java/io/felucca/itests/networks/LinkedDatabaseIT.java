package io.felucca.itests.networks;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.images.DebianImage;
import io.felucca.testkit.network.NetworkBench;
import io.felucca.testkit.network.NetworkBench.LanHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The notes' example: a web application linked to a real PostgreSQL, on an engine in a namespace of its own. */
@Timeout(600)
class LinkedDatabaseIT {

    private static final Duration DATABASE_STARTS = Duration.ofSeconds(180);

    /** Answers each request with what the database says, at the address that the link's variables name. */
    private static final String APPLICATION = """
            use strict; use IO::Socket::INET;
            my $server = IO::Socket::INET->new(LocalPort => 5000, Listen => 5, ReuseAddr => 1) or die $!;
            while (my $client = $server->accept()) {
                while (my $line = <$client>) { last if $line =~ /^\\r?$/; }
                my ($host, $port) = @ENV{"DB_PORT_5432_TCP_ADDR", "DB_PORT_5432_TCP_PORT"};
                $host = "db" if -e "/tmp/by-name";
                my $rows = `PGCONNECT_TIMEOUT=10 psql -h $host -p $port -U postgres -Atc "select visit()" 2>&1`;
                print $client "HTTP/1.0 200 OK\\r\\n\\r\\n$rows";
                close $client;
            }
            """;

    private static final NetworkBench bench = new NetworkBench();
    private static final LanHost lan = bench.newLanHost();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.79.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @BeforeAll
    static void importDebian() {
        engine.felucca("import", "-c", "USER postgres", DebianImage.postgresql().toString(), "postgres")
                .run(300)
                .requireOk();
    }

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    /** What a machine of the local network gets from the web application. */
    private static String get() {
        return bench.in(lan.namespace(), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(NetworkBench.HOST, 5000), 30_000);
                socket.setSoTimeout(30_000);
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    private static void awaitDatabase() {
        await().atMost(DATABASE_STARTS)
                .until(() -> engine.felucca("exec", "db", "psql", "-h", "/tmp", "-Atc", "select 1")
                                .run()
                                .exit()
                        == 0);
    }

    @Test
    @DisplayName(
            "S142, S149 to S152, S154: a web application finds a PostgreSQL by its link's variables, and by name after a restart")
    void webAndDatabase() {
        String data = "/var/lib/postgresql/data";
        engine.ok(
                "run",
                "-d",
                "--name",
                "db",
                "--expose",
                "5432",
                "-e",
                "DATABASE=visits",
                "postgres",
                "sh",
                "-c",
                "export PATH=" + DebianImage.POSTGRESQL_BIN + ":$PATH; [ -e " + data + "/PG_VERSION ] || { initdb -D "
                        + data + " >/dev/null; echo host all all all trust >>" + data + "/pg_hba.conf; };"
                        + " exec postgres -D " + data + " -k /tmp -h '*'");
        awaitDatabase();
        engine.ok(
                "exec",
                "db",
                "psql",
                "-h",
                "/tmp",
                "-Atc",
                "create table visits (id serial); create function visit() returns bigint language sql as"
                        + " 'insert into visits default values; select count(*) from visits'");

        engine.ok(
                "run",
                "-d",
                "--name",
                "web",
                "--link",
                "db:db",
                "-p",
                "5000:5000",
                "postgres",
                "perl",
                "-e",
                APPLICATION);

        await().untilAsserted(() -> assertThat(get()).endsWith("\r\n\r\n1\n"));
        assertThat(get()).endsWith("\r\n\r\n2\n");
        assertThat(engine.ok("exec", "web", "env"))
                .contains("DB_PORT=tcp://10.79.0.2:5432")
                .contains("DB_NAME=/web/db")
                .contains("DB_ENV_DATABASE=visits");
        assertThat(engine.ok("ps", "--no-trunc", "--format", "{{.Names}} {{.Ports}}"))
                .contains("db,web/db 5432/tcp");

        engine.ok("stop", "-t", "60", "db");
        engine.ok("run", "-d", "--name", "between", "busybox", "sleep", "1000");
        engine.ok("start", "db");
        awaitDatabase();
        engine.ok("exec", "web", "touch", "/tmp/by-name");
        assertThat(get()).endsWith("\r\n\r\n3\n");
    }
}

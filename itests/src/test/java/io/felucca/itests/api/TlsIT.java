package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.servers.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API on TCP: with certificates on both sides, or on nobody's word but the administrator's (T17). */
@Timeout(180)
@DisplayName("T17: the API on TCP")
class TlsIT {

    @TempDir
    static Path folder;

    private static final EngineUnderTest engine = EngineUnderTest.empty();
    private static Path server;
    private static Path client;
    private static Path stranger;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Certificates certificates = Certificates.in(folder);
        server = certificates.issue("server", "serverAuth");
        client = certificates.issue("client", "clientAuth");
        stranger =
                Certificates.in(Files.createDirectory(folder.resolve("other"))).issue("client", "clientAuth");
        Files.copy(
                certificates.authority(),
                stranger.resolve("ca.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        engine.beforeAll(null);
        engine.felucca("import", Rootfs.busybox().toString(), "busybox").ok();
        engine.stop();
        port = freePort();
    }

    @AfterAll
    static void stop() {
        engine.afterAll(null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String address() {
        return "tcp://127.0.0.1:" + port;
    }

    private static void startWith(String... options) {
        if (engine.isRunning()) {
            engine.stop();
        }
        List<String> words = new ArrayList<>(List.of("--host", address()));
        words.addAll(List.of(options));
        engine.start(words);
    }

    private static void startWithTls() {
        startWith(
                "--tlsverify",
                "--tlscacert",
                server.resolve("ca.pem").toString(),
                "--tlscert",
                server.resolve("cert.pem").toString(),
                "--tlskey",
                server.resolve("key.pem").toString());
    }

    private static Program docker(Path certificates, String... words) {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(List.of(words));
        return new Program(all)
                .env("DOCKER_HOST", address())
                .env("DOCKER_TLS_VERIFY", "1")
                .env("DOCKER_CERT_PATH", certificates.toString());
    }

    private static Result curl(String... words) {
        List<String> all = new ArrayList<>(List.of("curl", "-sS", "-i"));
        all.addAll(List.of(words));
        return new Program(all).run();
    }

    @Test
    @DisplayName("With a certificate of the authority docker works: answers, uploads, downloads, streams")
    void theCertificateOfTheAuthorityOpens() throws IOException {
        startWithTls();

        assertThat(docker(client, "images", "--format", "{{.Repository}}").ok()).isEqualTo("busybox");
        Path saved = folder.resolve("saved.tar");
        docker(client, "save", "-o", saved.toString(), "busybox").ok();
        docker(client, "rmi", "busybox").ok();
        assertThat(docker(client, "load", "-i", saved.toString()).ok()).isEqualTo("Loaded image: busybox:latest");
        try (Program.Running events =
                docker(client, "events", "--format", "{{.Action}}").start()) {
            EngineUnderTest.await().until(() -> {
                docker(client, "tag", "busybox", "other:1").ok();
                return events.out().contains("tag");
            });
        }
        docker(client, "rmi", "other:1").ok();
        // The Unix socket is there as well.
        assertThat(engine.ok("images", "-q")).isNotEmpty();
    }

    private static Program felucca(Path certificates, String... words) {
        List<String> all = new ArrayList<>(List.of(
                EngineUnderTest.program(),
                "-H",
                address(),
                "--tlsverify",
                "--tlscacert=" + certificates.resolve("ca.pem"),
                "--tlscert",
                certificates.resolve("cert.pem").toString(),
                "--tlskey",
                certificates.resolve("key.pem").toString()));
        all.addAll(List.of(words));
        return new Program(all);
    }

    @Test
    @DisplayName("felucca comes in by docker's options and by docker's environment, and nobody else does")
    void feluccaSpeaksTls() {
        startWithTls();

        assertThat(felucca(client, "images", "--format", "{{.Repository}}").ok())
                .isEqualTo("busybox");
        Program run = felucca(client, "run", "--rm", "-i", "--network", "none", "busybox", "wc", "-c");
        assertThat(run.stdin("x".repeat(500_000)).ok()).isEqualTo("500000");
        assertThat(new Program(List.of(EngineUnderTest.program(), "images", "-q"))
                        .env("FELUCCA_HOST", address())
                        .env("DOCKER_TLS_VERIFY", "1")
                        .env("DOCKER_CERT_PATH", client.toString())
                        .ok())
                .isNotEmpty();
        Result other = felucca(stranger, "images").run();
        assertThat(other.exit()).isNotZero();
        assertThat(other.out()).isEmpty();
        Result plain =
                Program.of(EngineUnderTest.program(), "-H", address(), "images").run();
        assertThat(plain.exit()).isNotZero();
        assertThat(plain.out()).isEmpty();
    }

    @Test
    @DisplayName("Without a certificate, with one of another authority, and without TLS nobody comes in")
    void nobodyElseComesIn() {
        startWithTls();

        assertThat(docker(stranger, "version").run().err()).contains("tls: ");
        Result none = curl("--cacert", server.resolve("ca.pem").toString(), "https://127.0.0.1:" + port + "/_ping");
        assertThat(none.exit()).isNotZero();
        assertThat(none.out()).doesNotContain("OK");
        assertThat(curl("http://127.0.0.1:" + port + "/_ping").out()).doesNotContain("OK");
        assertThat(docker(client, "version").run().exit()).isZero();
    }

    @Test
    @DisplayName("Without TLS it starts only on the administrator's explicit word, which the log repeats as a warning")
    void insecureOnlyWhenAsked() {
        Result refused = engine.startCommand(List.of("--host", address())).run();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo(
                        "felucca engine: cannot listen on " + address() + " without TLS: whoever reaches it would be "
                                + "as good as root; give --tlsverify with --tlscacert, --tlscert and --tlskey, or say "
                                + "--tls=false\n");

        startWith("--tls=false");

        assertThat(engine.log()).contains("API is accessible on " + address() + " without encryption");
        assertThat(curl("http://127.0.0.1:" + port + "/_ping").out())
                .startsWith("HTTP/1.1 200")
                .endsWith("OK");
    }

    @Test
    @DisplayName("A page in a browser reaches nothing: a foreign Host or any Origin is refused")
    void browsersAreRefused() {
        startWith("--tls=false");
        String ping = "http://127.0.0.1:" + port + "/_ping";

        assertThat(curl("-H", "Host: attacker.example", ping).out()).startsWith("HTTP/1.1 403");
        assertThat(curl("-H", "Origin: http://attacker.example", ping).out()).startsWith("HTTP/1.1 403");
        assertThat(curl("-H", "Host: localhost:" + port, ping).out()).startsWith("HTTP/1.1 200");
    }
}

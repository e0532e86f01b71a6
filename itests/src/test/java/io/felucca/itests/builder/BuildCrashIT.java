package io.felucca.itests.builder;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.StoredFiles;
import io.felucca.itests.fixture.servers.GitServer;
import io.felucca.itests.fixture.servers.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the engine while it builds. One build has each kind of step; each is cut at an instant within the time
 * that it took when nothing cut it. {@code felucca.build.kills} tells how often (soak.sh has more); {@code felucca.seed}
 * makes the same instants again.
 */
@Timeout(3600)
class BuildCrashIT {

    private static final int KILLS = Integer.getInteger("felucca.build.kills", 1);
    private static final long SEED = Long.getLong("felucca.seed", 7);
    private static final int FILES = 500;
    /** What is told when the kind of step begins; the time before the first is the context's. */
    private static final List<String> MARKS = List.of(
            "Step 1/",
            "Step 2/",
            "Step 3/",
            "Step 4/",
            "Step 5/",
            "Step 6/",
            "Step 7/",
            "Successfully built",
            "Successfully tagged made:20");

    private static final List<String> KINDS = List.of(
            "context", "pull", "RUN and its layer", "COPY", "ADD of a URL", "ADD of an archive", "settings", "tags");

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    private Path context() {
        return folder.resolve("context");
    }

    private Program build(String... options) {
        List<String> words = new ArrayList<>(List.of("build"));
        words.addAll(List.of(options));
        words.add(context().toString());
        return engine.docker("1.41", words.toArray(String[]::new));
    }

    /** Nothing of a build that was cut is left, and what the cache tells is there. */
    private static void requireNothingHalf() {
        await().untilAsserted(() -> {
            assertThat(engine.ok("ps", "-aq")).isEmpty();
            assertThat(StoredFiles.of(engine)).noneMatch(path -> path.startsWith("builder/work/"));
            assertThat(MachineState.mountsUnder(engine.folder())).isEmpty();
            assertThat(engine.execRoot().resolve("secrets"))
                    .satisfiesAnyOf(
                            secrets -> assertThat(secrets).isEmptyDirectory(),
                            secrets -> assertThat(secrets).doesNotExist());
        });
        List<String> images =
                engine.felucca("images", "-aq", "--no-trunc").run().requireOk().lines();
        for (String path : StoredFiles.of(engine)) {
            if (path.startsWith("builder/cache/")) {
                try {
                    assertThat(images)
                            .contains(Files.readString(engine.dataRoot().resolve(path))
                                    .strip());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void removeImages() {
        for (String name : engine.felucca("images", "--format", "{{.Repository}}:{{.Tag}}")
                .run()
                .requireOk()
                .lines()) {
            if (!name.equals("busybox:latest") && !name.contains("<none>")) {
                engine.ok("rmi", "-f", name);
            }
        }
        engine.ok("builder", "prune", "-f");
        engine.ok("image", "prune", "-f");
    }

    private static void requireStored(List<String> expected) {
        await().untilAsserted(() -> assertThat(StoredFiles.of(engine)).isEqualTo(expected));
    }

    private static HttpServer serving(byte[] content) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/f", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        });
        server.start();
        return server;
    }

    private String base(RegistryServer registry) {
        byte[] bytes = new byte[4 << 20];
        new Random(1).nextBytes(bytes);
        String name = registry.host() + "/base:1";
        engine.ok(
                "import",
                Rootfs.create("crash-base.tar")
                        .busyboxFiles()
                        .file("large", 0644, bytes)
                        .done()
                        .toString(),
                name);
        engine.docker("1.41", "push", name)
                .env("DOCKER_CONFIG", folder.resolve("docker").toString())
                .ok();
        engine.ok("rmi", name);
        return name;
    }

    private void writeContext(String base, int port) throws IOException {
        Path many = Files.createDirectories(context().resolve("many"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(many.resolve("f" + i), "text " + i + "\n");
        }
        Program.of("tar", "-C", context().toString(), "-czf", context() + "/many.tar.gz", "many")
                .ok();
        Files.writeString(context().resolve("Dockerfile"), """
                FROM %s
                RUN for i in $(seq 300); do echo $i >/ran$i; done; head -c 8000000 /dev/urandom >/random
                COPY many /copied
                ADD http://127.0.0.1:%d/f /loaded
                ADD many.tar.gz /unpacked/
                ENV A1=1
                ENV %s
                """.formatted(base, port, "A2=2"));
    }

    /** When each of {@link #MARKS} was told, in nanoseconds since the start; they are told in this order. */
    private long[] measure(Program build) {
        long begin = System.nanoTime();
        long[] told = new long[MARKS.size()];
        try (Program.Running running = build.start()) {
            for (int i = 0; i < told.length; i++) {
                String mark = MARKS.get(i);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> running.out().contains(mark));
                told[i] = System.nanoTime() - begin;
            }
            running.finish().requireOk();
        }
        return told;
    }

    private void cut(Program build, int kind, long within) {
        long delay = (long) (random.nextDouble() * within);
        Program.Running running = build.start();
        if (kind > 0) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> running.out().contains(MARKS.get(kind - 1)));
        }
        // An instant of no meaning: whatever is under way then is cut.
        await().pollDelay(Duration.ofNanos(delay)).until(() -> true);
        engine.kill();
        running.finish();
        engine.start();
        try {
            requireNothingHalf();
            build.run().requireOk();
            assertThat(engine.runOnce(
                                    "made:20",
                                    "sh",
                                    "-c",
                                    "for d in /copied /unpacked/many; do ls $d | wc -l; done; ls -d /ran[0-9]* | wc -l;"
                                            + " wc -c </loaded; echo $A1$A2")
                            .run()
                            .requireOk()
                            .lines())
                    .containsExactly(
                            Integer.toString(FILES), Integer.toString(FILES), "300", Integer.toString(4 << 20), "12");
        } catch (AssertionError e) {
            throw new AssertionError(
                    KINDS.get(kind) + ": killed " + delay / 1000 + " of " + within / 1000 + " µs after, seed " + SEED,
                    e);
        }
    }

    @Test
    @DisplayName("S38: kill -9 in each kind of step of a build leaves nothing, and the same build succeeds after")
    void eachKindOfStepIsCut() throws IOException {
        byte[] content = new byte[4 << 20];
        HttpServer server = serving(content);
        try (RegistryServer registry = RegistryServer.plain(folder)) {
            writeContext(base(registry), server.getAddress().getPort());
            List<String> tags = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                tags.addAll(List.of("-t", "made:" + i));
            }
            Program build = build(tags.toArray(String[]::new))
                    .env("DOCKER_CONFIG", folder.resolve("docker").toString());
            removeImages();
            List<String> before = StoredFiles.of(engine);
            long[] told = measure(build);
            for (int round = 0; round < KILLS; round++) {
                for (int kind = 0; kind < KINDS.size(); kind++) {
                    removeImages();
                    requireStored(before);
                    cut(build, kind, told[kind] - (kind == 0 ? 0 : told[kind - 1]));
                }
            }
            removeImages();
            requireStored(before);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("S38: kill -9 while a context comes from a URL or a repository leaves nothing of it")
    void remoteContextsAreCut() throws IOException {
        byte[] random = new byte[4 << 20];
        new Random(2).nextBytes(random);
        Path work = Files.createDirectory(folder.resolve("work"));
        Files.write(work.resolve("large"), random);
        Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY large /large\n");
        Path tar = folder.resolve("context.tar");
        Program.of("tar", "-C", work.toString(), "-cf", tar.toString(), "Dockerfile", "large")
                .ok();
        try (GitServer server = new GitServer(folder.resolve("served"))) {
            server.publish(work, "x.git", "main");
            server.file("/context", "application/x-tar", Files.readAllBytes(tar));
            removeImages();
            List<String> before = StoredFiles.of(engine);
            for (String url : List.of(server.url("/context"), server.url("/git/x.git") + "#main")) {
                server.hold();
                Program.Running running = engine.felucca("build", url).start();
                await().until(() -> server.held() > 0);
                assertThat(StoredFiles.of(engine)).anyMatch(path -> path.startsWith("builder/work/"));
                engine.kill();
                running.finish();
                server.release();
                engine.start();
                requireNothingHalf();
                requireStored(before);
                engine.ok("build", url);
                removeImages();
            }
        }
    }
}

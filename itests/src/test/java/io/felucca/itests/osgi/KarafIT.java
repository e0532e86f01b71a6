package io.felucca.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The features in Apache Karaf, whose Gogo and ThreadIO are its shell's own; the felucca program is the client. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KarafIT {

    private static final String VERSION = System.getProperty("felucca.karaf.version");
    private static final Path REPOSITORY = Path.of(System.getProperty("felucca.maven.repository"));

    private static Path folder;
    private static Path home;
    private static Program.Running karaf;

    @BeforeAll
    static void startKaraf() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "fk");
        Path archive = REPOSITORY.resolve(
                "org/apache/karaf/apache-karaf-minimal/" + VERSION + "/apache-karaf-minimal-" + VERSION + ".tar.gz");
        Program.of("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .run()
                .requireOk();
        home = folder.resolve("apache-karaf-minimal-" + VERSION);
        Path features = folder.resolve("features.xml");
        Files.writeString(features, features());
        edit(
                "org.apache.karaf.features.cfg",
                text -> text.replace("featuresRepositories = \\", "featuresRepositories = " + features.toUri() + ", \\")
                        .replace("featuresBoot = \\", "featuresBoot = felucca-docker-api, felucca-shell, \\"));
        // Nothing is fetched: what the features name is what the build has resolved.
        edit(
                "org.ops4j.pax.url.mvn.cfg",
                text -> text + "\norg.ops4j.pax.url.mvn.localRepository=" + folder + "/m2"
                        + "\norg.ops4j.pax.url.mvn.repositories=" + REPOSITORY.toUri() + "@id=local@snapshots\n");
        karaf = Program.of(home.resolve("bin/karaf").toString(), "daemon")
                .env("JAVA_HOME", System.getProperty("java.home"))
                .start();
    }

    /** The features of {@code features}, with the engine's own bundles from the distribution's folder. */
    private static String features() throws IOException {
        Map<String, Path> jars = new TreeMap<>();
        try (Stream<Path> files = Files.walk(EngineUnderTest.home())) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .forEach(file ->
                            jars.put(file.getFileName().toString().replaceAll("(-\\d[^/]*)?\\.jar$", ""), file));
        }
        String source = Files.readString(Path.of("../features/src/main/feature/features.xml"));
        String own = Pattern.compile("mvn:io\\.felucca/([^/<]+)/[^<!]+")
                .matcher(source)
                .replaceAll(found -> Matcher.quoteReplacement(jar(jars, found.group(1))))
                .replace("${project.version}", "0.1.0");
        String pom = Files.readString(Path.of("../pom.xml"));
        return Pattern.compile("\\$\\{([^}]+)}")
                .matcher(own)
                .replaceAll(found -> Matcher.quoteReplacement(property(pom, found.group(1))));
    }

    private static String jar(Map<String, Path> jars, String artifact) {
        assertThat(jars).containsKey(artifact);
        return jars.get(artifact).toUri().toString();
    }

    private static String property(String pom, String name) {
        Matcher found = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
        assertThat(found.find()).as("property " + name + " of the parent pom").isTrue();
        return found.group(1);
    }

    @FunctionalInterface
    private interface Edit {
        String of(String text);
    }

    private static void edit(String name, Edit edit) throws IOException {
        Path file = home.resolve("etc").resolve(name);
        String before = Files.readString(file);
        String after = edit.of(before);
        assertThat(after).as(name).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    @AfterAll
    static void stopKaraf() {
        try {
            if (karaf != null) {
                karaf.signal("TERM");
                karaf.finish();
            }
            MachineState.requireNothingOf(folder);
        } finally {
            if (karaf != null) {
                karaf.close();
            }
            Rootfs.delete(folder);
        }
    }

    private static String log() throws IOException {
        Path log = home.resolve("data/log/karaf.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    @Order(1)
    @DisplayName("B5 Unconfigured, the feature says in one line which PID and file it waits for")
    void anUnconfiguredFeatureSaysWhatItWaitsFor() throws IOException {
        String line = "felucca waits for its configuration, PID io.felucca.engine: write the line data.root = "
                + "/var/lib/felucca to " + home.resolve("etc") + "/io.felucca.engine.cfg";
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(log()).contains(line));
        assertThat(log().split(Pattern.quote(line), -1)).hasSize(2);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> samples()
                        .containsAll(List.of(
                                "io.felucca.engine.cfg.sample",
                                "io.felucca.docker.api.cfg.sample",
                                "io.felucca.containers.cfg",
                                "io.felucca.networks.cfg")));
    }

    private static List<String> samples() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("etc"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("io.felucca."))
                    .toList();
        }
    }

    @Test
    @Order(2)
    @DisplayName("B5 Configured by files, it serves the felucca program")
    void theProgramIsServed() throws IOException {
        Path etc = home.resolve("etc");
        Files.writeString(etc.resolve("io.felucca.networks.cfg"), "bridge = none\n");
        Files.writeString(etc.resolve("io.felucca.docker.api.cfg"), "hosts = unix://" + folder + "/s\n");
        Files.writeString(
                etc.resolve("io.felucca.engine.cfg"), "data.root = " + folder + "/d\nexec.root = " + folder + "/x\n");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(felucca("ps").run().exit()).isZero());
        felucca("import", Rootfs.busybox().toString(), "busybox").ok();
        assertThat(felucca("run", "--rm", "--network", "none", "busybox", "echo", "in Karaf")
                        .ok())
                .isEqualTo("in Karaf");
    }

    @Test
    @Order(3)
    @DisplayName("B5 The features bring a driver of each kind that the engine needs, though nobody named one")
    void driversAreBrought() {
        assertThat(felucca("driver", "ls").ok())
                .contains("overlay2", "oci", "bridge", "json-file", "local")
                .doesNotContain("devicemapper", "iptables");
    }

    @Test
    @Order(4)
    @DisplayName("B5 felucca shell runs lines of input, with and without the scope")
    void theShellRunsLines() {
        Result result = felucca("shell").stdin("""
                        images -q
                        run --rm --network none busybox echo unscoped
                        felucca:run --rm --network none busybox echo scoped
                        save busybox | load
                        nosuch
                        """).run();

        assertThat(result.out()).contains("unscoped\n", "\nscoped\n", "Loaded image: busybox:latest");
        assertThat(result.err()).isEqualTo("felucca: Command not found: nosuch\n");
        assertThat(result.exit()).isEqualTo(1);
    }

    @Test
    @Order(5)
    @DisplayName("B5 felucca shell at a terminal")
    void theShellHasATerminal() {
        try (Program.Running shell = felucca("shell").inTerminal().startOpen()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> shell.out().contains("felucca> "));
            shell.write("run --rm --network none busybox echo un'scoped'\r");
            await().atMost(Duration.ofSeconds(30)).until(() -> shell.out().contains("unscoped"));
            shell.write("exit\r");
            assertThat(shell.finish().exit()).isZero();
        }
    }

    private static Program felucca(String... words) {
        return new Program(Stream.concat(Stream.of(EngineUnderTest.program()), Stream.of(words))
                        .collect(Collectors.toList()))
                .env("FELUCCA_HOST", "unix://" + folder + "/s");
    }
}

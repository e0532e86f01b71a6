package io.felucca.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.project.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program of docs/embedding.md, with the bundles that the page names, in plain frameworks. */
class EmbeddingIT {

    private static final String PAGE = "docs/embedding.md";
    private static final String HELLO = "hello\njob: begun\n";

    private static Path folder;
    private static Path bundles;
    private static Path classes;

    @BeforeAll
    static void compile() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "fe");
        // Another user reads it, too.
        Program.of("chmod", "755", folder.toString()).ok();
        bundles = Files.createDirectories(folder.resolve("bundles"));
        Map<String, Path> jars = jars();
        for (String name :
                Documents.block(PAGE, "The smallest set of bundles", 0).strip().split("\\s+")) {
            assertThat(jars).containsKey(name);
            Files.copy(jars.get(name), bundles.resolve(name + ".jar"));
        }
        Path source = folder.resolve("Embedded.java");
        Files.writeString(source, Documents.block(PAGE, "A whole program", 0));
        classes = Files.createDirectories(folder.resolve("classes"));
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath("felix"), "-d", classes.toString(), source.toString());
        assertThat(exit).as("javac").isZero();
    }

    private static Map<String, Path> jars() throws IOException {
        Map<String, Path> jars = new HashMap<>();
        try (Stream<Path> files = Files.walk(EngineUnderTest.home())) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .forEach(file -> jars.put(file.getFileName().toString().replace(".jar", ""), file));
        }
        return jars;
    }

    /** The class path that the page names, and no more. */
    private static String classPath(String framework) throws IOException {
        Map<String, Path> jars = jars();
        List<Path> path = new ArrayList<>(List.of(
                framework.equals("felix")
                        ? jars.get("org.apache.felix.framework")
                        : Path.of("target/equinox/org.eclipse.osgi.jar").toAbsolutePath(),
                jars.get("felucca-api"),
                jars.get("felucca-embedding"),
                jars.get("org.osgi.service.cm")));
        return path.stream().map(Path::toString).collect(Collectors.joining(":")) + ":" + classes;
    }

    @AfterAll
    static void leaveNothing() {
        MachineState.requireNothingOf(folder);
        Rootfs.delete(folder);
    }

    private static Program program(String framework, Path java, Path root) throws IOException {
        return Program.of(
                java.toString(),
                "-cp",
                classPath(framework),
                "Embedded",
                bundles.toString(),
                root.toString(),
                Rootfs.busybox().toString());
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin/java");
    }

    @ParameterizedTest
    @CsvSource({"felix", "equinox"})
    @DisplayName("B5 The program of docs/embedding.md runs in Felix and in Equinox, and its JVM ends by itself")
    void theProgramRuns(String framework) throws IOException {
        Path root = Files.createDirectory(folder.resolve(framework));
        Result ended = program(framework, java(), root).run(120).requireOk();
        assertThat(ended.out()).isEqualTo(HELLO);
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(file ->
                            file.endsWith("data/mark") || file.toString().endsWith("/data/_data/mark")))
                    .as("what the container wrote to its volume")
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("B5 It runs on a newer Java, where the machine has one")
    void onANewerJava() throws IOException {
        String newer = System.getProperty("felucca.newer.java");
        Path root = Files.createDirectory(folder.resolve("newer"));
        Path java = newer == null ? java() : Path.of(newer);
        assertThat(program("felix", java, root).run(120).requireOk().out()).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("B5 Without root the engine says so in one line, and makes nothing")
    void withoutRoot() throws IOException {
        Path root = Files.createDirectory(folder.resolve("user"));
        Program.of("chown", "65534", root.toString()).ok();
        Program asUser =
                program("felix", java(), root).by("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
        try (Program.Running running = asUser.start()) {
            Result ended = running.finish(120);
            assertThat(ended.exit()).isNotZero();
            assertThat(ended.err())
                    .contains("the felucca engine needs root privileges, and this process runs as user 65534")
                    .contains("io.felucca.embedding.Felucca has not come in 30 s");
        }
        assertThat(root.resolve("data")).doesNotExist();
    }
}

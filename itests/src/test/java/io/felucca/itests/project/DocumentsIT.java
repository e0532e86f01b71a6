package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.FreshMachine;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What the documents tell a reader to type is read out of them and typed, on a fresh copy of the repository. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DocumentsIT {

    /** What is not typed, and why. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "README.md › Check it › 0",
            "it runs this test",
            "docs/embedding.md › A whole program › 0",
            "EmbeddingIT compiles and runs it",
            "docs/embedding.md › The smallest set of bundles › 0",
            "no commands: EmbeddingIT installs these bundles");

    private static final String DRIVER_PAGE = "docs/writing-a-driver.md";

    private static final long BUILD_SECONDS = 600;

    private static final TreeSet<String> run = new TreeSet<>();
    private static FreshMachine machine;
    private static Path copy;

    @BeforeAll
    static void copyTheRepository() throws IOException {
        machine = FreshMachine.start();
        copy = Files.createDirectories(machine.home().resolve("felucca"));
        Program.of(
                        "sh",
                        "-c",
                        "tar -C \"$1\" --exclude=./.git --exclude=target -c . | tar -C \"$2\" -x",
                        "sh",
                        Documents.repository().toString(),
                        copy.toString())
                .ok();
    }

    @AfterAll
    static void leaveNothing() {
        try {
            command("""
                    felucca version >/dev/null 2>&1 || felucca engine --detach
                    felucca ps -aq | while read -r id; do felucca rm -f "$id"; done
                    felucca engine --stop
                    """).run();
        } finally {
            machine.close();
        }
    }

    @Test
    @Order(1)
    @DisplayName(
            "README: quickstart.sh makes a fresh copy run a container, and a second time does what is missing only")
    void quickstart() {
        String quickstart = block("README.md", "Five minutes", 0);
        String first =
                machine.sh(copy, quickstart).run(BUILD_SECONDS).requireOk().out();
        assertThat(first)
                .contains("==> building Felucca", "==> starting the engine", "==> importing an image")
                .contains("\nHello from a container of Felucca\n", "bin/felucca engine --stop\n");

        String second =
                machine.sh(copy, quickstart).run(BUILD_SECONDS).requireOk().out();
        assertThat(second.lines())
                .filteredOn(line -> line.startsWith("==>"))
                .containsExactly("==> felucca run --rm busybox echo …");
        assertThat(second).contains("\nHello from a container of Felucca\n");
    }

    @Test
    @Order(2)
    @DisplayName("README: five minutes, then containers run on without an engine, and the next one finds them")
    void fiveMinutes() {
        Result typed =
                machine.sh(copy, block("README.md", "Five minutes", 1)).run().requireOk();
        assertThat(typed.lines().get(0)).startsWith("Linux ");
        assertThat(typed.lines().get(1)).matches("[0-9a-f]{64}");
        assertThat(typed.out())
                .contains("NAMES\n")
                .containsPattern("\"sleep 1000\".* web\n")
                .contains("sleep 1000\n");
        assertThat(typed.err()).isEmpty();
        command("felucca engine --detach").ok();
    }

    @Test
    @Order(3)
    @DisplayName("B1, README: a driver is swapped under a running container")
    void swap() {
        Result typed = command(block("README.md", "Swap a driver under a running container", 0))
                .run()
                .requireOk();
        assertThat(typed.out()).contains("io.felucca.storage.overlay2");
        assertThat(command("felucca rm -f job").ok()).isEqualTo("job");
    }

    @Test
    @Order(4)
    @DisplayName("docs/commands.md: every command that is listed is there and explains itself")
    void commands() {
        List<String> listed = new ArrayList<>();
        for (String line : block("docs/commands.md", "What is there", 0).lines().toList()) {
            String[] words = line.split("   ", 2)[0].split(" ");
            if (words.length == 2 && words[1].contains("|")) {
                List.of(words[1].split("\\|")).forEach(word -> listed.add(words[0] + " " + word));
            } else {
                listed.addAll(List.of(words));
            }
        }
        if (listed.remove("container")) {
            listed.add("container prune");
            listed.add("image prune");
        }
        listed.remove("…");
        StringBuilder lines = new StringBuilder();
        listed.forEach(words -> lines.append("felucca ")
                .append(words)
                .append(" --help | grep -q '^Usage:  felucca ")
                .append(words)
                .append("' || echo '")
                .append(words)
                .append("'\n"));
        assertThat(command(lines.toString()).run(120).requireOk().out()).isEmpty();
    }

    @Test
    @Order(5)
    @DisplayName(
            "B1, docs/writing-a-driver.md: its project builds, passes the kit's tests, and its jar works when dropped in")
    void writeADriver() throws IOException {
        // "mvn install of this repository": of what a driver needs.
        machine.sh(copy, "mvn -q -B -o install -DskipTests -pl bundles/api,bundles/linux,bundles/testkit -am")
                .run(BUILD_SECONDS)
                .requireOk();
        Path project = ExampleProject.writeStorage(machine.home().resolve("example"), copy);
        List.of("A project › 0", "A project › 1", "Test it with the kit › 0")
                .forEach(name -> run.add(DRIVER_PAGE + " › " + name));
        run.add("docs/commands.md › A command of your own › 0");
        buildWithItsContract(project);

        String dropIn = block(DRIVER_PAGE, "Drop it in", 0);
        Result typed = machine.sh(project, environment() + awaited(dropIn, "storage/example"))
                .run()
                .requireOk();
        assertThat(typed.out()).contains("storage/example").endsWith("hello\n");
        assertThat(command("felucca greet 'a b' c").ok()).isEqualTo("hello a b, c");
    }

    @Test
    @Order(6)
    @DisplayName(
            "B1, docs/writing-a-driver.md: the volume driver of the page builds, passes the kit's tests, and keeps a container's volume when dropped in")
    void writeAVolumeDriver() throws IOException {
        Path project = ExampleProject.writeVolume(machine.home().resolve("volume-example"));
        List.of("0", "1").forEach(index -> run.add(DRIVER_PAGE + " › A volume driver, whole › " + index));
        buildWithItsContract(project);

        String dropIn = block(DRIVER_PAGE, "Drop it in", 0).lines().limit(2).collect(Collectors.joining("\n"));
        assertThat(machine.sh(project, environment() + awaited(dropIn.replace("storage", "volume"), "volume/example"))
                        .ok())
                .contains("volume/example");
        assertThat(command(block(DRIVER_PAGE, "A volume driver, whole", 2)).ok())
                .isEqualTo("notes\nkept");
        assertThat(command("felucca volume inspect -f '{{.Driver}} {{.Mountpoint}}' notes")
                        .ok())
                .isEqualTo("example /var/lib/felucca/volumes/notes/content");
        assertThat(command("felucca volume rm notes").ok()).isEqualTo("notes");
    }

    /** The build runs the project's contract test, and the tests are those of the kit. */
    private static void buildWithItsContract(Path project) throws IOException {
        machine.sh(project, "mvn -q -B -o package").run(BUILD_SECONDS).requireOk();
        try (var reports = Files.newDirectoryStream(project.resolve("target/surefire-reports"), "*.txt")) {
            for (Path report : reports) {
                assertThat(Files.readString(report))
                        .containsPattern("Tests run: [1-9]\\d+, Failures: 0, Errors: 0, Skipped: [0-3],");
            }
        }
    }

    /** The folder is looked at every second or so. */
    private static String awaited(String dropIn, String driver) {
        return dropIn.replace("\nfelucca driver ls", """

                for i in $(seq 200); do felucca driver ls | grep -q %s && break; sleep 0.1; done
                felucca driver ls""".formatted(driver));
    }

    @Test
    @Order(7)
    @DisplayName("every block of the documents is typed by these tests, or stands in a list with its reason")
    void everyBlock() {
        TreeSet<String> known = new TreeSet<>(run);
        known.addAll(NOT_RUN.keySet());
        List<String> there = Documents.all().stream()
                .flatMap(document -> Documents.blocks(document).stream())
                .map(Documents.Block::name)
                .toList();
        assertThat(there).isSubsetOf(known);
    }

    private static String block(String document, String heading, int index) {
        run.add(document + " › " + heading + " › " + index);
        return Documents.block(document, heading, index);
    }

    private static Program command(String lines) {
        return machine.sh(copy, environment() + lines);
    }

    private static String environment() {
        Path home = copy.resolve("distribution/target/felucca");
        return "export FELUCCA_HOME='" + home + "' PATH='" + home + "/bin':\"$PATH\"\n";
    }
}

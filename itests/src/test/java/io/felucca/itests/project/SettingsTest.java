package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What the build made of the settings' annotations: the Metatype resources of every bundle and driver.
 * {@code -Dfelucca.settings.write=true} writes the page's tables and the sample files anew.
 */
@DisplayName("docs/settings.md and the sample files list every setting")
class SettingsTest {

    private static final Path PAGE = Documents.repository().resolve("docs/settings.md");

    /** The generated part of the page begins here. */
    private static final String TABLES = "## Every setting";

    private static final boolean WRITE = Boolean.getBoolean("felucca.settings.write");

    private static final Map<String, Settings> SETTINGS = new TreeMap<>();

    /** @param module its folder, such as {@code drivers/runtime-oci} */
    private record Settings(String pid, Path module, String description, List<Setting> all) {}

    private record Setting(String key, String type, boolean list, String initial, String description) {

        String typeName() {
            return list ? "list" : type.toLowerCase(java.util.Locale.ROOT).replace("long", "integer");
        }
    }

    @BeforeAll
    static void read() throws Exception {
        for (String kind : List.of("bundles", "drivers")) {
            List<Path> modules;
            try (Stream<Path> folders = Files.list(Documents.repository().resolve(kind))) {
                modules = folders.sorted().toList();
            }
            for (Path module : modules) {
                Path resources = module.resolve("target/classes/OSGI-INF/metatype");
                if (Files.isDirectory(resources)) {
                    try (Stream<Path> files = Files.list(resources)) {
                        for (Path file : files.toList()) {
                            Settings settings = settings(module, file);
                            SETTINGS.put(settings.pid(), settings);
                        }
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("The page has a table for each PID, with each key, its type, default and meaning")
    void page() throws IOException {
        String actual = Files.readString(PAGE);
        int tables = actual.indexOf(TABLES);
        assertThat(tables).as("heading %s of docs/settings.md", TABLES).isPositive();
        StringBuilder expected = new StringBuilder(actual.substring(0, tables)).append(TABLES);
        SETTINGS.values().forEach(each -> expected.append("\n\n").append(table(each)));
        expected.append('\n');
        if (WRITE) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/settings.md; -Dfelucca.settings.write=true writes it anew")
                .isEqualTo(expected.toString());
    }

    @Test
    @DisplayName("The page says of each PID what a change does")
    void changes() throws IOException {
        String byHand = Files.readString(PAGE).split(TABLES, 2)[0];
        assertThat(SETTINGS.keySet()).allSatisfy(pid -> assertThat(byHand).contains("| `" + pid + "` |"));
    }

    @Test
    @DisplayName("A bundle carries a sample configuration file for its PID, every line of it a comment")
    void samples() throws IOException {
        for (Settings settings : SETTINGS.values()) {
            Path file = settings.module().resolve("src/main/resources/etc/" + settings.pid() + ".cfg");
            if (WRITE) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, sample(settings));
            }
            assertThat(file)
                    .as("-Dfelucca.settings.write=true writes it anew")
                    .content()
                    .isEqualTo(sample(settings));
        }
    }

    @Test
    @DisplayName("Every setting has a description")
    void descriptions() {
        List<String> silent = new ArrayList<>();
        for (Settings settings : SETTINGS.values()) {
            if (settings.description().isEmpty()) {
                silent.add(settings.pid());
            }
            settings.all().stream()
                    .filter(each -> each.description().isEmpty())
                    .forEach(each -> silent.add(settings.pid() + ": " + each.key()));
        }
        assertThat(silent).isEmpty();
    }

    private static String table(Settings settings) {
        StringBuilder table = new StringBuilder("### `" + settings.pid() + "`\n\n");
        table.append(settings.description())
                .append(". Bundle `")
                .append(settings.module().getFileName());
        table.append("`.\n\n| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |");
        for (Setting each : settings.all()) {
            String initial = each.initial().isEmpty() ? "empty" : "`" + each.initial() + "`";
            table.append("\n| `")
                    .append(each.key())
                    .append("` | ")
                    .append(each.typeName())
                    .append(" | ");
            table.append(initial).append(" | ").append(each.description()).append(" |");
        }
        return table.toString();
    }

    private static String sample(Settings settings) {
        StringBuilder sample = new StringBuilder("# " + settings.description() + ".\n");
        for (Setting each : settings.all()) {
            sample.append("\n# ").append(each.description());
            if (each.list()) {
                sample.append(each.initial().isEmpty() ? "" : " (by default " + each.initial() + ")");
                sample.append("\n# A list: this file can hold one value, a .config file several.");
            }
            sample.append("\n#").append(each.key()).append(" =");
            sample.append(each.list() || each.initial().isEmpty() ? "" : " " + each.initial());
            sample.append('\n');
        }
        return sample.toString();
    }

    private static Settings settings(Path module, Path file) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        Element definition = (Element) document.getElementsByTagName("OCD").item(0);
        List<Setting> all = new ArrayList<>();
        NodeList attributes = definition.getElementsByTagName("AD");
        for (int i = 0; i < attributes.getLength(); i++) {
            Element each = (Element) attributes.item(i);
            all.add(new Setting(
                    each.getAttribute("id"),
                    each.getAttribute("type"),
                    !each.getAttribute("cardinality").isEmpty(),
                    each.getAttribute("default"),
                    capital(each.getAttribute("description"))));
        }
        Element designate = (Element) document.getElementsByTagName("Designate").item(0);
        return new Settings(
                designate.getAttribute("pid"), module, capital(definition.getAttribute("description")), all);
    }

    private static String capital(String text) {
        boolean option =
                text.startsWith("--") || text.isEmpty() || text.contains("=") && text.indexOf('=') < text.indexOf(' ');
        return option ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}

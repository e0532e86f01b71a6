package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

/** The manifests that the build made of every bundle and driver. */
@DisplayName("The manifests say what a bundle needs, and no more")
class ManifestsTest {

    /** Packages of the Java platform, which frameworks export without versions. */
    private static final Pattern PLATFORM = Pattern.compile("(javax|jdk|sun|org\\.ietf\\.jgss|org\\.xml\\.sax)\\b.*");

    /** A clause ends at a comma outside quotation marks. */
    private static final Pattern CLAUSES = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    /** The values of {@code Import-Package} by the folder's name, such as {@code storage-vfs}. */
    private static final Map<String, List<String>> IMPORTS = new TreeMap<>();

    /** The values of {@code Require-Capability} by the folder's name. */
    private static final Map<String, String> REQUIREMENTS = new TreeMap<>();

    /** The values of {@code Provide-Capability} by the folder's name. */
    private static final Map<String, String> CAPABILITIES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        Map<String, Path> modules = new HashMap<>();
        for (String kind : List.of("bundles", "drivers")) {
            try (Stream<Path> folders = Files.list(Documents.repository().resolve(kind))) {
                folders.filter(each -> Files.exists(each.resolve("bnd.bnd")))
                        .forEach(each -> modules.put(each.getFileName().toString(), each));
            }
        }
        for (Map.Entry<String, Path> module : modules.entrySet()) {
            Path file = module.getValue().resolve("target/classes/META-INF/MANIFEST.MF");
            try (InputStream in = Files.newInputStream(file)) {
                Attributes manifest = new Manifest(in).getMainAttributes();
                String value = manifest.getValue(Constants.IMPORT_PACKAGE);
                IMPORTS.put(module.getKey(), value == null ? List.of() : List.of(CLAUSES.split(value)));
                REQUIREMENTS.put(module.getKey(), String.valueOf(manifest.getValue(Constants.REQUIRE_CAPABILITY)));
                CAPABILITIES.put(module.getKey(), String.valueOf(manifest.getValue(Constants.PROVIDE_CAPABILITY)));
            }
        }
    }

    @Test
    @DisplayName("Every import of a mandatory package from another bundle has a range of versions")
    void everyImportHasVersions() {
        assertThat(found(clause -> !PLATFORM.matcher(clause).matches()
                        && !clause.contains("resolution:=optional")
                        && !clause.contains("version=\"[")))
                .isEmpty();
    }

    @Test
    @DisplayName("No bundle imports Conscrypt")
    void noBundleImportsConscrypt() {
        assertThat(found(clause -> clause.startsWith("org.conscrypt"))).isEmpty();
    }

    @Test
    @DisplayName("A core bundle requires some driver of each kind that it cannot work without, and names none")
    void coreBundlesRequireDrivers() {
        Map.of(
                        "storage", "storage",
                        "containers", "runtime",
                        "networks", "network",
                        "volumes", "volume")
                .forEach((bundle, kind) -> assertThat(REQUIREMENTS.get(bundle))
                        .contains("io.felucca.driver;effective:=active;filter:=\"(kind=" + kind + ")\""));
        assertThat(REQUIREMENTS.get("containers")).contains("(kind=log)");
        assertThat(REQUIREMENTS.values()).noneMatch(each -> each.contains("(name="));
        assertThat(CAPABILITIES.get("storage-vfs")).contains("io.felucca.driver;kind=storage;name=vfs");
    }

    @Test
    @DisplayName(
            "A bundle requires the services that its components cannot do without, and provides those it registers")
    void bundlesRequireServices() {
        assertThat(REQUIREMENTS.get("networks"))
                .contains("osgi.service;effective:=active;filter:=\"(objectClass=io.felucca.linux.net.Rtnetlink)\",");
        assertThat(CAPABILITIES.get("containers"))
                .contains("osgi.service;objectClass:List<String>=")
                .contains("io.felucca.containers.Containers");
        assertThat(REQUIREMENTS.values().stream().filter(each -> each.contains("osgi.service;")))
                .hasSizeGreaterThan(10);
    }

    private static List<String> found(Predicate<String> wrong) {
        List<String> found = new ArrayList<>();
        IMPORTS.forEach((module, clauses) ->
                clauses.stream().filter(wrong).forEach(clause -> found.add(module + ": " + clause)));
        return found;
    }
}

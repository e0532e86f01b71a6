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
                String value = new Manifest(in).getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
                IMPORTS.put(module.getKey(), value == null ? List.of() : List.of(CLAUSES.split(value)));
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

    private static List<String> found(Predicate<String> wrong) {
        List<String> found = new ArrayList<>();
        IMPORTS.forEach((module, clauses) ->
                clauses.stream().filter(wrong).forEach(clause -> found.add(module + ": " + clause)));
        return found;
    }
}

package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("CONTRIBUTING.md and the tree agree")
class ContributingTest {

    private static final Pattern PLACE = Pattern.compile("`((?:bundles|drivers)/[\\w-]+)`: `([\\w.]+)`");

    @Test
    @DisplayName("each change belongs to a class that is there")
    void placesAreThere() throws IOException {
        int places = 0;
        Matcher place = PLACE.matcher(Files.readString(Documents.repository().resolve("CONTRIBUTING.md")));
        while (place.find()) {
            Path file = Documents.repository()
                    .resolve(place.group(1))
                    .resolve("src/main/java/io/felucca/" + place.group(2).replace('.', '/') + ".java");
            assertThat(file).exists();
            places++;
        }
        assertThat(places).isGreaterThan(10);
    }
}

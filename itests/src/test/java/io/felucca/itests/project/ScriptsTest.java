package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The shell scripts of the repository")
class ScriptsTest {

    @Test
    @DisplayName("shellcheck warns of none")
    void shellcheckIsContent() throws IOException {
        List<String> words = new ArrayList<>(List.of("shellcheck", "--severity=warning"));
        words.addAll(scripts());
        assertThat(words).anyMatch(script -> script.endsWith("/itests/verify.sh"));

        Result checked = new Program(words).run();

        assertThat(checked.out()).isEmpty();
        assertThat(checked.exit()).isZero();
    }

    private static List<String> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(Documents.repository())) {
            return files.filter(file -> !file.toString().contains("/target/")
                            && !file.toString().contains("/.git/"))
                    .filter(Files::isRegularFile)
                    .filter(ScriptsTest::isScript)
                    .map(Path::toString)
                    .toList();
        }
    }

    private static boolean isScript(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String first = lines.readLine();
            return first != null && first.matches("#!.*[/ ](ba|da)?sh( .*)?");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

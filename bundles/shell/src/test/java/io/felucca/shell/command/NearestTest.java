package io.felucca.shell.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final List<String> NAMES =
            List.of("commit", "container", "image", "images", "inspect", "logs", "ps", "rm", "run", "stop", "volume");

    @ParameterizedTest
    @DisplayName("A mistyped name stands for the nearest one")
    @CsvSource({
        "runn, run",
        "rum, run",
        "urn, run",
        "ru, rm",
        "rmm, rm",
        "ps1, ps",
        "imags, image",
        "imagess, images",
        "contaner, container",
        "conatiner, container",
        "cmomti, commit",
        "isnpcet, inspect",
        "volum, volume",
        "log, logs"
    })
    void theNearest(String typed, String meant) {
        assertThat(Nearest.of(typed, NAMES)).contains(meant);
    }

    @Test
    @DisplayName("What is near to nothing stands for nothing, however long it is")
    void nothingIsNear() {
        for (String typed : List.of("", "x", "xy", "nosuch", "r".repeat(1_000_000))) {
            assertThat(Nearest.of(typed, NAMES)).isEmpty();
        }
        assertThat(Nearest.suggestion("", "nosuch", NAMES)).isEmpty();
        assertThat(Nearest.suggestion("container ", "lss", List.of("ls", "rm")))
                .isEqualTo("Did you mean 'felucca container ls'?\n\n");
    }
}

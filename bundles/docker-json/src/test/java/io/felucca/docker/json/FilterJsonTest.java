package io.felucca.docker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterJsonTest {

    @Test
    void mapsAndListsMeanTheSame() {
        Map<String, List<String>> filters = Map.of("label", List.of("a=b", "c"), "status", List.of("exited"));

        assertThat(FilterJson.read("{\"label\":{\"a=b\":true,\"c\":true},\"status\":{\"exited\":true}}"))
                .isEqualTo(filters);
        assertThat(FilterJson.read("{\"label\":[\"a=b\",\"c\"],\"status\":[\"exited\"]}"))
                .isEqualTo(filters);
    }

    @Test
    void nothingIsNoFilter() {
        assertThat(FilterJson.read("")).isEmpty();
        assertThat(FilterJson.read(null)).isEmpty();
        assertThat(FilterJson.read("{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "1", "x", "{\"a\":1}", "{\"a\":[1]}", "{\"a\":{\"b\":1}}", "{\"a\":null}"})
    void otherShapesAreRefused(String text) {
        assertThatThrownBy(() -> FilterJson.read(text))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessageStartingWith("invalid filter: ");
    }

    @Test
    @DisplayName("A filter of many empty values, or nested without an end, is refused before it fills the heap (T11)")
    void bombsAreRefused() {
        for (String text : List.of(
                "{\"label\":[" + "{},".repeat(1_000_000) + "{}]}",
                "{\"label\":" + "[".repeat(2000) + "]".repeat(2000) + "}")) {
            assertThatThrownBy(() -> FilterJson.read(text))
                    .isInstanceOfSatisfying(
                            FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                    .hasMessageStartingWith("invalid filter: ")
                    .hasMessageContaining("exceeds the maximum allowed");
        }
    }
}

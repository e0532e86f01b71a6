package io.felucca.builder.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.builder.Builder.Prune;
import io.felucca.builder.work.BuildImagesTest;
import io.felucca.images.Image;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CacheFiltersTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final Digest ID = new Digest("sha256:" + "ab".repeat(32));

    private static CacheFilters filters(Map<String, List<String>> filters) {
        return new CacheFilters(new Prune(filters, 0), NOW);
    }

    private static boolean fits(String name, String value) {
        Image image = BuildImagesTest.image(ID, "sha256:parent", List.of("made:latest"), "RUN x");
        return filters(Map.of(name, List.of(value))).fits(image, NOW.minusSeconds(3600), false);
    }

    @Test
    @DisplayName("each filter of builder prune chooses by what it names")
    void eachFilterChooses() {
        assertThat(filters(Map.of()).fits(BuildImagesTest.image(ID, "", List.of(), "x"), NOW, false))
                .isTrue();
        assertThat(fits("until", "59m")).isTrue();
        assertThat(fits("until", "61m")).isFalse();
        assertThat(fits("unused-for", "1h1s")).isFalse();
        assertThat(fits("id", "abab")).isTrue();
        assertThat(fits("id", "cd")).isFalse();
        assertThat(fits("parent", "sha256:parent")).isTrue();
        assertThat(fits("parent", "sha256:other")).isFalse();
        assertThat(fits("type", "regular")).isTrue();
        assertThat(fits("type", "exec.cachemount")).isFalse();
        assertThat(fits("description", "RUN x")).isTrue();
        assertThat(fits("description", "RUN y")).isFalse();
        assertThat(fits("inuse", "true")).isFalse();
        assertThat(fits("inuse", "false")).isTrue();
        assertThat(fits("shared", "true")).isTrue();
        assertThat(fits("private", "true")).isFalse();
    }

    @Test
    @DisplayName("a wrong filter of builder prune is refused in dockerd's words")
    void wrongFiltersAreRefused() {
        assertThatThrownBy(() -> filters(Map.of("until", List.of("soon"))))
                .hasMessage("failed to prune build cache: \"until\" filter expects a duration (e.g., '24h'): "
                        + "time: invalid duration \"soon\"");
        assertThatThrownBy(() -> filters(Map.of("until", List.of("1h"), "unused-for", List.of("2h"))))
                .hasMessage("failed to prune build cache: conflicting filters: \"until\" and \"unused-for\"");
        assertThatThrownBy(() -> filters(Map.of("id", List.of("a", "b"))))
                .hasMessage("failed to prune build cache: filters expect only one value");
    }
}

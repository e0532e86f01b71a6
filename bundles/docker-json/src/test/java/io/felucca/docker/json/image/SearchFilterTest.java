package io.felucca.docker.json.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.registry.Registry.Found;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SearchFilterTest {

    private static final Found OFFICIAL = new Found("alpha", "", 1200, true, false);
    private static final Found AUTOMATED = new Found("user/alpha", "", 7, false, true);
    private static final Found PLAIN = new Found("x/y", "", 0, false, false);

    private static List<Found> filtered(Map<String, List<String>> filters) {
        SearchFilter filter = SearchFilter.of(filters);
        return List.of(OFFICIAL, AUTOMATED, PLAIN).stream().filter(filter::fits).toList();
    }

    @Test
    @DisplayName("S13: a search is filtered by stars, the highest that is asked for, and by official and automated")
    void linesAreFiltered() {
        assertThat(filtered(Map.of())).containsExactly(OFFICIAL, AUTOMATED, PLAIN);
        assertThat(filtered(Map.of("stars", List.of("3")))).containsExactly(OFFICIAL, AUTOMATED);
        assertThat(filtered(Map.of("stars", List.of("8", "-1")))).containsExactly(OFFICIAL);
        assertThat(filtered(Map.of("is-official", List.of("true")))).containsExactly(OFFICIAL);
        assertThat(filtered(Map.of("is-official", List.of("false"), "is-automated", List.of("false"))))
                .containsExactly(PLAIN);
    }

    private static void refused(Map<String, List<String>> filters, String message) {
        assertThatThrownBy(() -> SearchFilter.of(filters))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(message);
    }

    @Test
    @DisplayName("S13: an unknown filter and a value that is none are refused in dockerd's words")
    void badFiltersAreRefused() {
        refused(Map.of("bogus", List.of("1")), "Invalid filter 'bogus'");
        refused(Map.of("stars", List.of("x")), "Invalid filter 'stars=x'");
        refused(Map.of("is-automated", List.of("no")), "Invalid filter 'is-automated=[no]'");
        refused(Map.of("is-official", List.of("true", "false")), "Invalid filter 'is-official=[false true]'");
    }
}

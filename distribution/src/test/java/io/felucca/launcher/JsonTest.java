package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsEveryKindOfValue() {
        assertThat(Json.parse(" {\"a\" : [1, -2.5, 1e3, true, false, null, \"\\u540d\\n\\\"\"], \"b\": {}} "))
                .isEqualTo(Map.of("a", Arrays.asList(1L, -2.5, 1000.0, true, false, null, "名\n\""), "b", Map.of()));
        assertThat(Json.parse("[]")).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[1,", "\"x", "{\"a\"}", "[1 2]", "01", "1.", "nul", "\"\\x\"", "{} x", "'a'", "+1"})
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAKeyThatStandsTwiceAndDeepNesting() {
        assertThatThrownBy(() -> Json.parse("{\"a\":1,\"a\":2}")).hasMessage("key \"a\" stands there twice");
        assertThatThrownBy(() -> Json.parse("[".repeat(5000))).hasMessageContaining("nested too deep");
    }
}

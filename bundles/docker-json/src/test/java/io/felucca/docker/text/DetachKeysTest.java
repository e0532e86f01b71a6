package io.felucca.docker.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DetachKeysTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What is passed on of pieces of input, and whether the keys were in them. */
    private static String passed(String keys, String... pieces) {
        DetachKeys.Scanner scanner = DetachKeys.parse(keys).scanner();
        StringBuilder passed = new StringBuilder();
        for (String piece : pieces) {
            byte[] out = scanner.pass(bytes(piece), piece.length());
            passed.append(new String(out, StandardCharsets.ISO_8859_1));
        }
        return passed + (scanner.found() ? "!" : "");
    }

    @Test
    void theStandardKeysEndTheInput() {
        assertThat(passed(null, "a\u0010\u0011b")).isEqualTo("a!");
        assertThat(passed("", "a\u0010", "\u0011")).isEqualTo("a!");
    }

    @Test
    void aBeginningThatIsNoneIsPassedOn() {
        assertThat(passed(null, "\u0010", "b")).isEqualTo("\u0010b");
        assertThat(passed(null, "\u0010\u0010\u0011")).isEqualTo("\u0010!");
    }

    @Test
    void otherKeysMayBeChosen() {
        assertThat(passed("ctrl-a,x", "1\u0001x2")).isEqualTo("1!");
        assertThat(passed("ctrl-@", "1\u00002")).isEqualTo("1!");
        assertThat(passed("a", "1\u0010\u0011a")).isEqualTo("1\u0010\u0011!");
    }

    @Test
    void whatIsNoKeyIsRefused() {
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-1"))
                .hasMessage("invalid detach keys (ctrl-1): Unknown character: 'ctrl-1'");
    }
}

package io.felucca.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalLogDriverTest {

    private final LocalLogDriver driver = new LocalLogDriver();

    private static Map<String, String> options(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(word -> word[0], word -> word[1]));
    }

    @Test
    @DisplayName("B8 logs are bounded when nothing is asked, as Docker's local driver bounds them")
    void boundsLogsByDefault() {
        assertThat(driver.retention(Map.of())).isEqualTo(new Retention(true, 20_971_520, 5, false, true, true));
    }

    @ParameterizedTest
    @CsvSource({
        "max-size=10k,                    10000,    5, true",
        "max-size=1m max-file=2,          1000000,  2, true",
        "max-file=1 compress=false,       20971520, 1, false",
        "compress=true,                   20971520, 5, true",
        "mode=non-blocking max-buffer-size=4m, 20971520, 5, true",
        "mode=blocking,                   20971520, 5, true"
    })
    void readsBounds(String words, long maxBytes, int maxFiles, boolean compress) {
        assertThat(driver.retention(options(words)))
                .isEqualTo(new Retention(true, maxBytes, maxFiles, false, true, compress));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "foo=1,            unknown log opt 'foo' for log driver local",
                "labels=x,         unknown log opt 'labels' for log driver local",
                "tag=x,            unknown log opt 'tag' for log driver local",
                "mode=x,           logger: logging mode not supported: x",
                "max-buffer-size=4m, logger: max-buffer-size option is only supported with 'mode=non-blocking'",
                "max-size=x,       failed to initialize logging driver: invalid value for max-size: x: invalid size: 'x'",
                "max-size=-1,      failed to initialize logging driver: invalid value for max-size: -1: invalid size: '-1'",
                "max-file=x,       failed to initialize logging driver: invalid value for max-file: x: strconv.Atoi: parsing \"x\": invalid syntax",
                "max-file=1,       failed to initialize logging driver: compression cannot be enabled when max file count is 1",
                "compress=maybe,   failed to initialize logging driver: error reading compress log option: strconv.ParseBool: parsing \"maybe\": invalid syntax",
            })
    void refusesWithDockersTexts(String words, String message) {
        assertThatThrownBy(() -> driver.retention(options(words)))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(message);
    }
}

package io.felucca.log.json.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFileLogDriverTest {

    private final JsonFileLogDriver driver = new JsonFileLogDriver("20m", 5);

    @Test
    @DisplayName("B8 logs are bounded when nothing is asked")
    void boundsLogsByDefault() {
        assertThat(driver.retention(Map.of())).isEqualTo(new Retention(true, 20_000_000, 5, false));
    }

    @Test
    @DisplayName("bounds of the configuration are checked as those of a container are")
    void checksTheConfiguration() {
        assertThatThrownBy(() -> new JsonFileLogDriver("20m", 0))
                .hasMessageContaining("max-file cannot be less than 1");
        assertThatThrownBy(() -> new JsonFileLogDriver("0", 5))
                .hasMessageContaining("max-size must be a positive number");
    }

    @Test
    void neverRotatesWhenAskedSo() {
        assertThat(driver.retention(Map.of("max-size", "-1")).maxBytes()).isEqualTo(-1);
    }

    @Test
    void keepsOneFileWhenOnlyTheSizeIsGiven() {
        assertThat(driver.retention(Map.of("max-size", "1m"))).isEqualTo(new Retention(true, 1_000_000, 1, false));
    }

    @Test
    void keepsTheDefaultSizeWhenOnlyTheCountIsGiven() {
        assertThat(driver.retention(Map.of("max-file", "3"))).isEqualTo(new Retention(true, 20_000_000, 3, false));
    }

    @ParameterizedTest
    @CsvSource({"10,10", "1k,1000", "1 mb,1000000", "1.5m,1500000", "2GiB,2000000000", "7b,7"})
    void readsSizesAsDockerDoes(String text, long bytes) {
        assertThat(driver.retention(Map.of("max-size", text)).maxBytes()).isEqualTo(bytes);
    }

    @Test
    void acceptsWhatDockerDocumentsButCompression() {
        driver.retention(Map.of(
                "max-size",
                "1m",
                "max-file",
                "2",
                "compress",
                "false",
                "labels",
                "a,b",
                "labels-regex",
                "^x",
                "env",
                "OS",
                "env-regex",
                "^os",
                "tag",
                "{{.Name}}",
                "mode",
                "non-blocking",
                "max-buffer-size",
                "4m"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "x|y|unknown log opt 'x' for json-file log driver",
                "max-size|x|failed to initialize logging driver: invalid size: 'x'",
                "max-size|-5|failed to initialize logging driver: invalid size: '-5'",
                "max-size|0|failed to initialize logging driver: max-size must be a positive number",
                "max-file|x|failed to initialize logging driver: strconv.Atoi: parsing \"\"x\"\": invalid syntax",
                "max-file|0|failed to initialize logging driver: max-file cannot be less than 1",
                "max-file|-1|failed to initialize logging driver: max-file cannot be less than 1",
                "compress|x|failed to initialize logging driver: strconv.ParseBool: parsing \"\"x\"\": invalid syntax",
                "mode|foo|logger: logging mode not supported: foo",
                "max-buffer-size|1m|logger: max-buffer-size option is only supported with 'mode=non-blocking'",
            })
    void refusesWithDockersText(String name, String value, String message) {
        assertThatThrownBy(() -> driver.retention(Map.of(name, value)))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(message.replace("\"\"", "\""));
    }

    @Test
    void refusesToCompressWhatIsNotRotated() {
        assertThatThrownBy(() -> driver.retention(Map.of("compress", "true", "max-size", "1m")))
                .hasMessage("failed to initialize logging driver:"
                        + " compress cannot be true when max-file is less than 2 or max-size is not set");
        assertThatThrownBy(() -> driver.retention(Map.of("compress", "true", "max-file", "2")))
                .hasMessage("failed to initialize logging driver:"
                        + " compress cannot be true when max-file is less than 2 or max-size is not set");
    }

    @Test
    void compressesRotatedFilesWhenAsked() {
        assertThat(driver.retention(Map.of("compress", "true", "max-size", "1m", "max-file", "2")))
                .isEqualTo(new Retention(true, 1_000_000, 2, false, false, true));
        assertThat(driver.retention(Map.of("compress", "false", "max-size", "1m", "max-file", "2")))
                .isEqualTo(new Retention(true, 1_000_000, 2, false));
    }
}

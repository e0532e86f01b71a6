package io.felucca.containers.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageOptionsTest {

    @Test
    @DisplayName("B2: a container without storage options has the default driver and no limit")
    void noneIsTheDefaultDriverWithoutLimit() {
        assertThat(StorageOptions.of(Map.of())).isEqualTo(new StorageOptions("", 0));
    }

    @Test
    @DisplayName("B2: a container names its driver and its size, in any case of letters as for dockerd")
    void driverAndSize() {
        assertThat(StorageOptions.of(Map.of("driver", "vfs", "SIZE", "1.5g")))
                .isEqualTo(new StorageOptions("vfs", 1_610_612_736L));
        assertThat(StorageOptions.of(Map.of("size", "0"))).isEqualTo(new StorageOptions("", 0));
    }

    @ParameterizedTest
    @CsvSource({
        "size, much, invalid size: 'much'",
        "size, '', invalid size: ''",
        "size, -1, invalid size: '-1'",
        "Colour, red, Unknown option colour"
    })
    @DisplayName("B2: a storage option that cannot be is refused in dockerd's words")
    void whatCannotBe(String name, String value, String text) {
        assertThatThrownBy(() -> StorageOptions.of(Map.of(name, value)))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage(text);
    }
}

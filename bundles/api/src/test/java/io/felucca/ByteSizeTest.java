package io.felucca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0,0,0",
        "7b,7,7",
        "10,10,10",
        "1k,1024,1000",
        "1 mb,1048576,1000000",
        "1.5M,1572864,1500000",
        "2GiB,2147483648,2000000000",
        "2GIB,2147483648,2000000000",
        "0.1k,102,100",
        "1t,1099511627776,1000000000000",
        "1P,1125899906842624,1000000000000000"
    })
    @DisplayName("a size is read in powers of 1024 or of 1000, as docker/go-units reads it")
    void aSizeIsReadInPowersOf1024OrOf1000(String text, long binary, long decimal) {
        assertThat(ByteSize.parse(text)).isEqualTo(binary);
        assertThat(ByteSize.parseDecimal(text)).isEqualTo(decimal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "x", "-1", "1  k", "1e", "1kk", "1.k", "1mib1"})
    @DisplayName("what is no size is refused in Docker's words")
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).hasMessage("invalid size: '" + text + "'");
        assertThatThrownBy(() -> ByteSize.parseDecimal(text)).hasMessage("invalid size: '" + text + "'");
    }
}

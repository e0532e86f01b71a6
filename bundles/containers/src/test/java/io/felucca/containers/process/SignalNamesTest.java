package io.felucca.containers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalNamesTest {

    @ParameterizedTest
    @CsvSource({
        "KILL,9",
        "SIGKILL,9",
        "term,15",
        "sigTerm,15",
        "9,9",
        "SIGRTMIN,34",
        "RTMIN+3,37",
        "SIGRTMAX-1,63",
        "RTMAX,64",
        "WINCH,28",
        "CHLD,17",
        "USR1,10",
        "SYS,31"
    })
    void namesAndNumbers(String text, int number) {
        assertThat(SignalNames.parse(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO", "0", "-1", "SIG", "RTMIN+99", "9.5", "99999999999999"})
    void whatIsNoSignalIsRefused(String text) {
        assertThatThrownBy(() -> SignalNames.parse(text)).hasMessage("Invalid signal: " + text);
    }

    @Test
    void onlyWhatTheKernelHasIsSent() {
        assertThat(SignalNames.isKnown(64)).isTrue();
        assertThat(SignalNames.isKnown(65)).isFalse();
        assertThat(SignalNames.isKnown(32)).isFalse();
    }
}

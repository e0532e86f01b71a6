package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GoErrorsTest {

    private static String lookup(String message) {
        return GoErrors.request("GET", URI.create("https://host.example:5000/v2/"), new UnknownHostException(message));
    }

    @Test
    @DisplayName("S13: a name that nobody has is told from name servers that do not answer")
    void lookups() {
        String begin = "Get \"https://host.example:5000/v2/\": dial tcp: lookup host.example: ";
        assertThat(lookup("host.example: Name or service not known")).isEqualTo(begin + "no such host");
        assertThat(lookup("host.example: No address associated with hostname")).isEqualTo(begin + "no such host");
        assertThat(lookup("host.example")).isEqualTo(begin + "no such host");
        assertThat(lookup("host.example: Temporary failure in name resolution"))
                .isEqualTo(begin + "Temporary failure in name resolution");
    }
}

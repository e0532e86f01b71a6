package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResponseJsonTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDocumentWithoutContentHasNothing() throws IOException {
        assertThat(ResponseJson.read(bytes("")).path("token").asText("none")).isEqualTo("none");
    }

    @Test
    @DisplayName("T11: a short document of very many values is refused before it fills the heap")
    void manyValuesAreRefused() {
        String many = "[" + "{},".repeat(300_000) + "{}]";

        assertThatThrownBy(() -> ResponseJson.read(bytes(many)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("" + ResponseJson.MAX_TOKENS);
    }

    @Test
    @DisplayName("T11: a document that is nested deeply is refused")
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> ResponseJson.read(bytes("[".repeat(1_000)))).isInstanceOf(IOException.class);
    }
}

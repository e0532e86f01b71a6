package io.felucca.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.dockerfile.Dockerfile;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SecretNamesTest {

    private static List<String> warnings(String text) {
        return SecretNames.warnings(Plan.of(Dockerfile.parse(text), ""));
    }

    @Test
    @DisplayName("names of ARG and ENV that look like secrets are warned about, with their lines")
    void secretsAreWarnedAbout() {
        assertThat(warnings("ARG API_TOKEN\nFROM scratch\nENV A=1 DB_PASSWORD=x\nENV secret_id=1\nARG MY_KEY=1\n"))
                .containsExactly(
                        "[Warning] Do not use ARG or ENV instructions for sensitive data (ARG \"API_TOKEN\") (line 1)\n",
                        "[Warning] Do not use ARG or ENV instructions for sensitive data (ENV \"DB_PASSWORD\") (line 3)\n",
                        "[Warning] Do not use ARG or ENV instructions for sensitive data (ENV \"secret_id\") (line 4)\n",
                        "[Warning] Do not use ARG or ENV instructions for sensitive data (ARG \"MY_KEY\") (line 5)\n");
    }

    @Test
    @DisplayName("other names, public keys, and stages that are not built are not warned about")
    void otherNamesAreNot() {
        assertThat(warnings("FROM scratch AS left\nENV PASSWORD=x\nFROM scratch\n"
                        + "ENV KEYBOARD=1 TOKENIZER=1 GPG_PUBLIC_KEY=1 MONKEY=1 AUTHOR=1\nARG VERSION\n"))
                .isEmpty();
    }
}

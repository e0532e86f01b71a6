package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {

    @Test
    @DisplayName("S20: a bearer challenge has its realm, service and scope; commas in quotes are part of the value")
    void bearerIsRead() {
        assertThat(
                        Challenge.parse(
                                "Bearer realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:a/b:pull,push\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.example/token",
                                "service",
                                "registry",
                                "scope",
                                "repository:a/b:pull,push")));
    }

    @Test
    void severalChallengesInOneHeaderAreRead() {
        List<Challenge> found = Challenge.parse("Negotiate, Basic realm=\"a \\\"b\\\"\", Bearer realm=x");

        assertThat(found).extracting(Challenge::scheme).containsExactly("negotiate", "basic", "bearer");
        assertThat(found.get(1).parameter("realm")).isEqualTo("a \"b\"");
        assertThat(found.get(2).parameter("realm")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ,, ", "=", "Bearer", "Bearer realm", "Bearer realm=\"open", "\"", "a=b=c"})
    @DisplayName("T12: nonsense is read to its end and gives no parameter that is not there")
    void nonsenseIsSurvived(String header) {
        assertThat(Challenge.parse(header))
                .allSatisfy(
                        challenge -> assertThat(challenge.parameter("service")).isEmpty());
    }

    @Test
    void aHeaderWithoutEndIsNotRead() {
        assertThat(Challenge.parse("Bearer realm=\"" + "x".repeat(20_000) + "\""))
                .isEmpty();
    }
}

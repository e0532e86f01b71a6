package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each text was seen from dockerd 20.10.24, which was given the same answer. */
class RefusalTest {

    private static Refusal of(int status, String body, String... challenges) {
        List<Challenge> parsed = List.of(challenges).stream()
                .flatMap(each -> Challenge.parse(each).stream())
                .toList();
        return Refusal.of(status, parsed, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("S19: the first error of a body is told, a code that has nothing more to say by itself")
    @CsvSource(delimiter = '|', textBlock = """
        {"errors":[{"code":"DENIED","message":"because"},{"code":"UNKNOWN","message":"x"}]} | denied: because | true
        {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}               | manifest unknown | false
        {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"x":1}}]} | manifest unknown: manifest unknown | true
        {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}            | unauthorized | false
        {"errors":[{"code":"ODD_CODE","message":""}]}                                       | unknown | false
        {"errors":[{"code":"ODD_CODE","message":"because"}]}                                | unknown: because | true
        {"details":"because"}                                                               | unknown: because | true
        """)
    void errors(String body, String text, boolean explained) {
        Refusal refusal = of(404, body);

        assertThat(refusal.text()).isEqualTo(text);
        assertThat(refusal.explained()).isEqualTo(explained);
    }

    @Test
    @DisplayName("S19: a body without errors is shown as it is, that of a 401 means a user who is not known")
    void bodiesWithoutErrors() {
        assertThat(of(404, "").text())
                .isEqualTo("error parsing HTTP 404 response body: unexpected end of JSON input: \"\"");
        assertThat(of(403, "{\"errors\":[]}").text())
                .isEqualTo("error parsing HTTP 403 response body: no error details found in HTTP response body:"
                        + " \"{\\\"errors\\\":[]}\"");
        assertThat(of(400, "<html>\n").text())
                .isEqualTo("error parsing HTTP 400 response body: invalid character '<' looking for beginning of"
                        + " value: \"<html>\\n\"");
        assertThat(of(400, "{\"errors\":").text())
                .isEqualTo("error parsing HTTP 400 response body: unexpected end of JSON input: \"{\\\"errors\\\":\"");
        assertThat(of(401, "").text()).isEqualTo("unauthorized: authentication required");
        assertThat(of(401, "{\"details\":\"because\"}").text()).isEqualTo("unauthorized: because");
        assertThat(of(429, "{\"details\":\"because\"}").text()).isEqualTo("toomanyrequests: because");
    }

    @Test
    @DisplayName("S21: what a token does not allow is denied, whatever the body says, as Docker Hub answers")
    void bearerErrors() {
        String body = "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}";

        assertThat(of(401, body, "Bearer realm=\"http://x/token\",error=\"insufficient_scope\""))
                .isEqualTo(new Refusal("DENIED", "denied: requested access to the resource is denied", true));
        assertThat(of(401, body, "Bearer realm=\"http://x/token\",error=\"invalid_token\"")
                        .text())
                .isEqualTo("unauthorized: authentication required");
        assertThat(of(401, "", "Bearer error=\"invalid_token\",error_description=\"too old\"")
                        .text())
                .isEqualTo("unauthorized: too old");
        assertThat(of(403, body, "Bearer error=\"insufficient_scope\"").text()).isEqualTo("unauthorized");
        assertThat(of(401, body, "Bearer realm=\"http://x/token\"").text()).isEqualTo("unauthorized");
    }

    @Test
    @DisplayName("S20: a long answer is told in part, and nothing in it reaches a terminal as it is")
    void longAndOddBodies() {
        assertThat(of(400, "x".repeat(10_000)).text()).hasSizeLessThan(700);
        assertThat(of(400, "\u001b[31m\u0001é名\u0085").text())
                .endsWith(": \"\\x1b[31m\\x01é名\\u0085\"")
                .doesNotContain("\u001b");
    }
}

package io.felucca.shell.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateTest {

    /** Each pair is a template and what docker 28.2.2 made of it and of container.json; errors begin with ERROR. */
    static List<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        for (JsonNode pair : json("cases.json")) {
            cases.add(Arguments.of(pair.get(0).textValue(), pair.get(1).textValue()));
        }
        assertThat(cases).hasSizeGreaterThan(100);
        return cases;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @DisplayName("a template gives what Docker's command line gives")
    void templatesGiveWhatDockerGives(String template, String expected) throws IOException {
        assertThat(apply(template)).isEqualTo(expected);
    }

    @Test
    void aLineOfAListHasItsFieldsAndNoOthers() {
        Map<String, Object> line = Map.of("ID", "4f0c2e", "Names", "web");

        assertThat(Template.parse("{{.ID}} {{.Names}}").apply("*formatter.ContainerContext", line))
                .isEqualTo("4f0c2e web");
        assertThatThrownBy(() -> Template.parse("{{.Foo}}").apply("*formatter.ContainerContext", line))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("template: :1:2: executing \"\" at <.Foo>: "
                        + "can't evaluate field Foo in type *formatter.ContainerContext");
    }

    @Test
    void errorsNameTheLineAndTheColumn() {
        assertThatThrownBy(() -> Template.parse("a\nb {{.Foo}}").apply(json("container.json")))
                .hasMessage("template: :2:4: executing \"\" at <.Foo>: map has no entry for key \"Foo\"");
        assertThatThrownBy(() -> Template.parse("a\nb {{foo}}"))
                .hasMessage("template: :2: function \"foo\" not defined");
    }

    private static String apply(String template) throws IOException {
        try {
            return Template.parse(template).apply(json("container.json"));
        } catch (FeluccaException e) {
            return "ERROR " + e.getMessage();
        }
    }

    private static JsonNode json(String name) throws IOException {
        try (InputStream in = TemplateTest.class.getResourceAsStream(name)) {
            return new ObjectMapper().readTree(in);
        }
    }
}

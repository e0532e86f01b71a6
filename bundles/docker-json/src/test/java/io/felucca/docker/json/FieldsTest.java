package io.felucca.docker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.felucca.FeluccaException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** B13: fields are read as Go's encoding/json reads them, since that is what clients were written against. */
class FieldsTest {

    private static Fields fields(String json) {
        try {
            return new Fields(DockerJson.mapper().readTree(json), "Body.");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DetachKeys", "detachKeys", "DETACHKEYS", "detachkeys"})
    void namesMatchWithoutRegardToCase(String name) {
        assertThat(fields("{\"" + name + "\":\"ctrl-a\"}").text("DetachKeys")).isEqualTo("ctrl-a");
    }

    @Test
    void ofSeveralNamesThatMatchTheLastOneCounts() {
        assertThat(fields("{\"NanoCpus\":1,\"nanocpus\":2,\"NanoCPUs\":3}").number("NanoCpus"))
                .isEqualTo(3);
        assertThat(fields("{\"NanoCpus\":1,\"nanocpus\":null}").number("NanoCpus"))
                .as("null changes nothing")
                .isEqualTo(1);
    }

    @Test
    void keysOfMapsAreNoNames() {
        assertThat(fields("{\"labels\":{\"a\":\"1\",\"A\":\"2\"}}").map("Labels"))
                .containsExactly(entry("a", "1"), entry("A", "2"));
    }

    @Test
    @DisplayName("Null is absent as a field, and the zero value in a map and in a list")
    void nulls() {
        Fields fields = fields("""
            {"Text":null,"Flag":null,"Number":null,"Texts":null,"Map":null,"Object":null,"Objects":null,
            "Labels":{"a":null},"Set":{"x":null},"Env":[null,"A=1"],"Of":[null,{"N":"x"}],"Sizes":[null,2]}
            """);

        assertThat(fields.text("Text")).isNull();
        assertThat(fields.flag("Flag")).isFalse();
        assertThat(fields.longOrNull("Number")).isNull();
        assertThat(fields.texts("Texts")).isNull();
        assertThat(fields.map("Map")).isEmpty();
        assertThat(fields.object("Object").text("Any")).isNull();
        assertThat(fields.objects("Objects", each -> each.text("N"))).isEmpty();
        assertThat(fields.map("Labels")).containsExactly(entry("a", ""));
        assertThat(fields.keys("Set")).containsExactly("x");
        assertThat(fields.texts("Env")).containsExactly("", "A=1");
        assertThat(fields.objects("Of", each -> each.textOrEmpty("N"))).containsExactly("", "x");
        assertThat(fields.integers("Sizes")).isEqualTo(List.of(0, 2));
    }

    @Test
    void otherFieldsAreRefusedByNameUnlessTheyHaveTheirZeroValue() {
        Set<String> known = Set.of("Known");
        assertThatCode(() -> fields("""
            {"KNOWN":1,"a":null,"b":false,"c":0,"d":"","e":[],"f":{},"g":{"Network":"","Deep":{"x":null}}}
            """).refuseOthers(known)).doesNotThrowAnyException();
        for (String value : List.of("1", "true", "\"x\"", "[0]", "{\"x\":{\"y\":1}}")) {
            assertThatThrownBy(() -> fields("{\"Odd\":" + value + "}").refuseOthers(known))
                    .isInstanceOfSatisfying(
                            FeluccaException.class,
                            e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.UNSUPPORTED))
                    .hasMessage("Body.Odd is not supported yet: leave it out");
        }
    }
}

package io.felucca.containers.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerNamesTest {

    private static final String ONE = "ab12" + "0".repeat(60);
    private static final String TWO = "ab34" + "0".repeat(60);

    private final ContainerNames names = new ContainerNames();

    @Test
    @DisplayName("S147: a name in use is refused with Docker's text")
    void S147_nameInUse() {
        names.take("web", ONE);

        assertThatThrownBy(() -> names.take("/web", TWO))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("Conflict. The container name \"/web\" is already in use by container \"" + ONE
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
        names.free("web", ONE);
        assertThat(names.take("/web", TWO)).isEqualTo("web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "-ab", ".ab", "a b", "a/b", "名前", "ab\n", ""})
    void malformedNamesAreRefused(String name) {
        assertThatThrownBy(() -> names.take(name, ONE))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessage("Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    @Test
    void idsNamesAndUniquePrefixesAreFound() {
        names.take("web", ONE);
        names.take("ab3", TWO);

        assertThat(names.resolve(ONE)).isEqualTo(ONE);
        assertThat(names.resolve("web")).isEqualTo(ONE);
        assertThat(names.resolve("/web")).isEqualTo(ONE);
        assertThat(names.resolve("ab1")).isEqualTo(ONE);
        assertThat(names.resolve("ab3")).as("a name goes before a prefix").isEqualTo(TWO);
        assertThatThrownBy(() -> names.resolve("ab"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessage("Multiple IDs found with provided prefix: ab");
        assertThatThrownBy(() -> names.resolve("ac"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessage("No such container: ac");
        assertThatThrownBy(() -> names.resolve("")).hasMessage("No such container: ");
    }

    @Test
    @DisplayName("S108: an automatic name is an adjective and a surname, and never one that is taken")
    void S108_automaticNames() {
        for (int i = 0; i < 200; i++) {
            assertThat(NameWords.any()).matches("[a-z]+_[a-z]+");
        }
        names.take("calm_curie", ONE);
        AtomicInteger asked = new AtomicInteger();
        String name = names.takeAutomatic(TWO, () -> asked.incrementAndGet() > 0 ? "calm_curie" : "");

        assertThat(name).matches("calm_curie[0-9]");
        assertThat(names.resolve(name)).isEqualTo(TWO);
    }
}

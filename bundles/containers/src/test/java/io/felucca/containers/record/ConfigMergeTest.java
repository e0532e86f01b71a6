package io.felucca.containers.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.containers.ContainerConfig;
import io.felucca.images.ImageConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfigMergeTest {

    private static ImageConfig image(List<String> entrypoint, List<String> cmd) {
        return new ImageConfig(
                "app",
                Set.of("80/tcp"),
                List.of("A=image", "B=image"),
                entrypoint,
                cmd,
                Set.of("/data"),
                "/srv",
                Map.of("k", "image", "i", "1"),
                "QUIT",
                List.of(),
                null,
                null);
    }

    private static ContainerConfig given(String user, List<String> env, List<String> entrypoint, List<String> cmd) {
        return new ContainerConfig(
                "",
                "",
                user,
                false,
                false,
                false,
                Set.of("81/tcp"),
                false,
                false,
                false,
                env,
                cmd,
                null,
                "x",
                null,
                "",
                entrypoint,
                Map.of("k", "given"),
                "",
                null);
    }

    private static List<List<String>> words(
            List<String> imageEntry, List<String> imageCmd, List<String> entry, List<String> cmd) {
        ContainerConfig merged = ConfigMerge.merge(given("", null, entry, cmd), image(imageEntry, imageCmd));
        return Arrays.asList(merged.entrypoint(), merged.cmd());
    }

    @Test
    @DisplayName("S2: what the user did not give is the image's")
    void S2_imageConfig() {
        ContainerConfig merged = ConfigMerge.merge(given("", null, null, null), image(null, List.of("sh")));

        assertThat(merged.user()).isEqualTo("app");
        assertThat(merged.workingDir()).isEqualTo("/srv");
        assertThat(merged.stopSignal()).isEqualTo("QUIT");
        assertThat(merged.cmd()).containsExactly("sh");
        assertThat(merged.env()).containsExactly("A=image", "B=image");
        assertThat(merged.labels()).containsExactlyInAnyOrderEntriesOf(Map.of("k", "given", "i", "1"));
        assertThat(merged.exposedPorts()).containsExactlyInAnyOrder("80/tcp", "81/tcp");
        assertThat(merged.volumes()).containsExactly("/data");
    }

    @Test
    @DisplayName("S65: a variable that the user set is not the image's; the user's come first, as dockerd has them")
    void S65_env() {
        ContainerConfig merged =
                ConfigMerge.merge(given("root", List.of("B=given", "C=given"), null, null), image(null, List.of("sh")));

        assertThat(merged.env()).containsExactly("B=given", "C=given", "A=image");
        assertThat(merged.user()).isEqualTo("root");
    }

    @Test
    @DisplayName("S62: CMD is ENTRYPOINT's arguments, and a command replaces it")
    void S62_cmd() {
        assertThat(words(List.of("e"), List.of("c"), null, null)).containsExactly(List.of("e"), List.of("c"));
        assertThat(words(List.of("e"), List.of("c"), null, List.of("x"))).containsExactly(List.of("e"), List.of("x"));
        assertThat(words(null, List.of("c"), null, List.of("x"))).containsExactly(null, List.of("x"));
    }

    @Test
    @DisplayName("S61: --entrypoint replaces the image's and clears its CMD; an empty one clears both")
    void S61_entrypoint() {
        assertThat(words(List.of("e"), List.of("c"), List.of("y"), null)).containsExactly(List.of("y"), null);
        assertThat(words(List.of("e"), List.of("c"), List.of("y"), List.of("x")))
                .containsExactly(List.of("y"), List.of("x"));
        assertThat(words(List.of("e"), List.of("c"), List.of(""), List.of("x"))).containsExactly(null, List.of("x"));
        assertThatThrownBy(() -> words(List.of("e"), List.of("c"), List.of(""), null))
                .hasMessage("No command specified");
        assertThatThrownBy(() -> words(null, null, null, null)).hasMessage("No command specified");
    }
}

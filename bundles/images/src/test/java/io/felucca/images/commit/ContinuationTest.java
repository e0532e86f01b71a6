package io.felucca.images.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.ImageConfig;
import io.felucca.images.Layers.Step;
import io.felucca.images.config.ConfigDocument;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ContinuationTest {

    private static final String LAYER = "\"sha256:" + "a".repeat(64) + "\"";
    private static final String OTHER = "\"sha256:" + "b".repeat(64) + "\"";
    private static final String BASE = "{\"created\":\"2026-01-01T00:00:00Z\",\"created_by\":\"base\"}";
    private static final String STEP =
            "{\"created\":\"2026-01-02T00:00:00Z\",\"created_by\":\"step\",\"author\":\"me\"}";

    private static ConfigDocument image(String layers, String history) {
        String json = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + layers + "]},\"history\":[" + history + "]}";
        return ConfigDocument.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean continues(String layers, String history, String author, String createdBy) {
        Step step = new Step(
                Optional.empty(),
                Optional.empty(),
                author,
                createdBy,
                "",
                ImageConfig.EMPTY,
                ImageConfig.EMPTY,
                Optional.empty());
        return Continuation.is(image(layers, history), image(LAYER, BASE), step);
    }

    @Test
    @DisplayName("T22: an image continues another only with its layers, its whole history, and then that very step")
    void sameLayersAndHistory() {
        String layers = LAYER + "," + OTHER;
        String history = BASE + "," + STEP;
        assertThat(continues(layers, history, "me", "step")).isTrue();
        assertThat(continues(layers, history + "," + BASE, "me", "step")).isTrue();
        assertThat(continues(layers, history, "me", "other")).isFalse();
        assertThat(continues(layers, history, "", "step")).isFalse();
        assertThat(continues(OTHER + "," + OTHER, history, "me", "step")).isFalse();
        assertThat(continues(layers, BASE.replace("01-01", "01-03") + "," + STEP, "me", "step"))
                .isFalse();
        assertThat(continues(layers, STEP + "," + STEP, "me", "step")).isFalse();
        assertThat(continues(layers, BASE, "me", "step")).isFalse();
        assertThat(continues("", "", "me", "step")).isFalse();
    }

    @Test
    @DisplayName("a step that history gives a layer has one more, and one that changes the configuration alone none")
    void layersOfSteps() {
        String empty = STEP.replace("}", ",\"empty_layer\":true}");
        assertThat(continues(LAYER, BASE + "," + empty, "me", "step")).isTrue();
        assertThat(continues(LAYER, BASE + "," + STEP, "me", "step")).isFalse();
    }
}

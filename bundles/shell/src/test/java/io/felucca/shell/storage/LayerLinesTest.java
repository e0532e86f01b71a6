package io.felucca.shell.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayerLinesTest {

    private final LayerLines lines = new LayerLines(new FakeImages(), new FakeContainers());

    @Test
    @DisplayName("B2: storage ls -v shows each layer, what it takes, and the images or the container that it is of")
    void aLineForEachLayer() {
        assertThat(lines.render("")).isEqualTo("""
                DRIVER     LAYER               SIZE      USED BY
                overlay2   abababababab        1.982MB   busybox:latest, reg.example.com:5000/a/b:x
                overlay2   init-abababababab   0B        busybox:latest, reg.example.com:5000/a/b:x
                vfs        ffffffffffff        7B        \n""");
    }

    @Test
    @DisplayName("B2: storage ls -v --format has whole names")
    void aTemplate() {
        assertThat(lines.render("{{.Driver}} {{.Layer}} {{.Size}}"))
                .startsWith("overlay2 " + "ab".repeat(32) + " 1.982MB\n");
    }
}

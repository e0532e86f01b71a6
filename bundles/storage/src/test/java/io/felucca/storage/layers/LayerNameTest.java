package io.felucca.storage.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayerNameTest {

    @Test
    @DisplayName("A layer is told from its file's name, whatever dots its key has; a driver's name has none")
    void dots() {
        LayerName layer = new LayerName("vfs", "a.b");
        assertThat(LayerName.ofFile(layer.file())).contains(layer);
        assertThat(LayerName.ofFile("vfs")).isEmpty();
        assertThatThrownBy(() -> new LayerName("my.vfs", "a"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessageContaining("a storage driver cannot be called my.vfs");
    }
}

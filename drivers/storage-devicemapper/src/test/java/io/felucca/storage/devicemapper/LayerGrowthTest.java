package io.felucca.storage.devicemapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayerGrowthTest {

    private static final long BASE = 10L << 30;

    private final Layer origin = new Layer(new LayerInfo("a", "", State.COMMITTED, IdMap.NONE), 1, BASE, "xfs");

    @Test
    @DisplayName("B2: a layer is as large as its parent, or as large as it was asked to be, in whole blocks")
    void sizes() {
        assertThat(LayerGrowth.sizeOver(origin, 0)).isEqualTo(BASE);
        assertThat(LayerGrowth.sizeOver(origin, BASE)).isEqualTo(BASE);
        assertThat(LayerGrowth.sizeOver(origin, BASE + 4095)).isEqualTo(BASE);
        assertThat(LayerGrowth.sizeOver(origin, BASE + 4096)).isEqualTo(BASE + 4096);
    }

    @Test
    @DisplayName("B2: a layer smaller than its parent is refused in dockerd's words")
    void smaller() {
        assertThatThrownBy(() -> LayerGrowth.sizeOver(origin, BASE - 1))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("devmapper: Container size cannot be smaller than 10.74GB");
    }
}

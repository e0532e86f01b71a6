package io.felucca.storage.overlay2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Overlay2OptionsTest {

    @Test
    @DisplayName("B2: overlay2.size is a size as docker writes it, and none is no limit")
    void overlay2SizeIsASize() {
        assertThat(Overlay2Options.of(Map.of()).sizeBytes()).isZero();
        assertThat(Overlay2Options.of(Map.of("size", "10G", "override_kernel_check", "true"))
                        .sizeBytes())
                .isEqualTo(10L << 30);
        assertThatThrownBy(() -> Overlay2Options.of(Map.of("size", "big"))).hasMessage("invalid size: 'big'");
        assertThatThrownBy(() -> Overlay2Options.of(Map.of("sizes", "1")))
                .hasMessage("unknown storage option overlay2.sizes: overlay2 knows overlay2.size and"
                        + " overlay2.override_kernel_check");
    }
}

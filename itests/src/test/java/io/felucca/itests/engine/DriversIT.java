package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.images.ThirtyLayers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Storage drivers give the same bytes; devicemapper is compared in {@code uml/DevicemapperEngine}. */
@Timeout(300)
class DriversIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @BeforeAll
    static void load() {
        ThirtyLayers.load(engine);
    }

    @Test
    @DisplayName("S90 B2 an image of 30 layers is run, diffed, committed and exported to the same bytes on each driver")
    void S90_eachDriverGivesTheSameBytes() {
        String onOverlay = new ThirtyLayers(engine, "overlay2").trace();

        assertThat(onOverlay).contains("D /data/deleted", "A /data/d7/renamed", "C /data/d13/f13");
        assertThat(new ThirtyLayers(engine, "vfs").trace()).isEqualTo(onOverlay);
    }
}

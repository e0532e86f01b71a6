package io.felucca.storage.devicemapper;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.folders.LayerRecord;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class DmLayerTest {

    /** Stores that are there have it. */
    private static final String TEXT = "name a\nparent b\nstate ACTIVE\ndevice 5\nsize 1024\nfs ext4\n"
            + "uids 0:100000:65536\ngids 0:100000:65536\nend\n";

    @Test
    void aRecordIsReadAsItWasWritten() {
        List<IdMap.Range> ranges = List.of(new IdMap.Range(0, 100000, 65536));
        Layer layer = new Layer(new LayerInfo("a", "b", State.ACTIVE, new IdMap(ranges, ranges)), 5, 1024, "ext4");
        assertThat(layer.format()).isEqualTo(TEXT);
        assertThat(LayerRecord.parse(TEXT, Layer::of)).contains(layer);
        assertThat(LayerRecord.parse(TEXT.substring(0, TEXT.length() - 4), Layer::of))
                .isEmpty();
    }
}

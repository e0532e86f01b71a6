package io.felucca.storage.btrfs;

import io.felucca.linux.folders.LayerRecord;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.util.Map;

/**
 * What is recorded of a layer.
 *
 * @param shifted whether its files' owners are those of the id map; else, with a map, its mount shows them so
 */
record BtrfsLayer(LayerInfo info, boolean shifted) implements LayerRecord {

    static BtrfsLayer of(LayerInfo info, Map<String, String> words) {
        return new BtrfsLayer(info, Boolean.parseBoolean(words.get("shifted")));
    }

    @Override
    public void describe(RecordText text) {
        text.put("shifted", shifted);
    }
}

package io.felucca.storage.devicemapper;

import io.felucca.IdMap;
import io.felucca.linux.folders.LayerRecord;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Map;

/**
 * A layer's record.
 *
 * @param device the number of its thin device in the pool
 * @param sizeBytes the thin device's
 * @param fileSystem {@code ext4} or {@code xfs}
 */
record Layer(LayerInfo info, int device, long sizeBytes, String fileSystem) implements LayerRecord {

    static Layer of(LayerInfo info, Map<String, String> words) {
        return new Layer(
                info, Integer.parseInt(words.get("device")), Long.parseLong(words.get("size")), words.get("fs"));
    }

    Layer committedAs(String id) {
        return new Layer(new LayerInfo(id, info.parent(), State.COMMITTED, IdMap.NONE), device, sizeBytes, fileSystem);
    }

    @Override
    public void describe(RecordText text) {
        text.put("device", device).put("size", sizeBytes).put("fs", fileSystem);
    }
}

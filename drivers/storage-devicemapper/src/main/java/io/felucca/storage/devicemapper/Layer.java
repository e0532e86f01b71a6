package io.felucca.storage.devicemapper;

import io.felucca.IdMap;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Optional;

/**
 * A layer's record.
 *
 * @param device the number of its thin device in the pool
 * @param sizeBytes the thin device's
 * @param fileSystem {@code ext4} or {@code xfs}
 */
record Layer(LayerInfo info, int device, long sizeBytes, String fileSystem) {

    String name() {
        return info.name();
    }

    Layer committedAs(String id) {
        return new Layer(new LayerInfo(id, info.parent(), State.COMMITTED, IdMap.NONE), device, sizeBytes, fileSystem);
    }

    String format() {
        return new RecordText()
                .put("name", info.name())
                .put("parent", info.parent())
                .put("state", info.state())
                .put("device", device)
                .put("size", sizeBytes)
                .put("fs", fileSystem)
                .put(info.idMap())
                .format();
    }

    /** Empty for a text that was not written to its end. */
    static Optional<Layer> parse(String text) {
        return RecordText.parse(text)
                .map(values -> new Layer(
                        new LayerInfo(
                                values.get("name"),
                                values.get("parent"),
                                State.valueOf(values.get("state")),
                                RecordText.idMap(values)),
                        Integer.parseInt(values.get("device")),
                        Long.parseLong(values.get("size")),
                        values.get("fs")));
    }
}

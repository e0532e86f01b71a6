package io.felucca.storage.btrfs;

import io.felucca.IdMap;
import io.felucca.linux.folders.RecordFolders;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Optional;

/**
 * What is recorded of a layer.
 *
 * @param shifted whether its files' owners are those of the id map; else, with a map, its mount shows them so
 */
record LayerRecord(String name, String parent, State state, IdMap idMap, boolean shifted) {

    static final RecordFolders.Form<LayerRecord> FORM = new RecordFolders.Form<>() {
        @Override
        public String name(LayerRecord layer) {
            return layer.name;
        }

        @Override
        public String format(LayerRecord layer) {
            return new RecordText()
                    .put("name", layer.name)
                    .put("parent", layer.parent)
                    .put("state", layer.state)
                    .put(layer.idMap)
                    .put("shifted", layer.shifted)
                    .format();
        }

        @Override
        public Optional<LayerRecord> parse(String text) {
            return RecordText.parse(text)
                    .map(values -> new LayerRecord(
                            values.get("name"),
                            values.get("parent"),
                            State.valueOf(values.get("state")),
                            RecordText.idMap(values),
                            Boolean.parseBoolean(values.get("shifted"))));
        }
    };

    LayerInfo info() {
        return new LayerInfo(name, parent, state, idMap);
    }
}

package io.felucca.storage.vfs;

import io.felucca.linux.folders.RecordFolders;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Optional;

/** What is recorded of a layer: its {@link LayerInfo}. */
final class LayerRecord implements RecordFolders.Form<LayerInfo> {

    @Override
    public String name(LayerInfo info) {
        return info.name();
    }

    @Override
    public String format(LayerInfo info) {
        return new RecordText()
                .put("name", info.name())
                .put("parent", info.parent())
                .put("state", info.state())
                .put(info.idMap())
                .format();
    }

    @Override
    public Optional<LayerInfo> parse(String text) {
        return RecordText.parse(text)
                .map(values -> new LayerInfo(
                        values.get("name"),
                        values.get("parent"),
                        State.valueOf(values.get("state")),
                        RecordText.idMap(values)));
    }
}

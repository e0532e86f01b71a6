package io.felucca.storage.overlay2;

import io.felucca.IdMap;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is recorded of a layer.
 *
 * @param link its short name in {@code l/}, of a committed layer; else empty
 * @param lowers the short names of the layers below it, the nearest first
 * @param staged whether lower layers are seen through an idmapped mount; else, with an id map, shifted copies of them
 */
record LayerRecord(
        String name, String parent, State state, IdMap idMap, String link, List<String> lowers, boolean staged) {

    LayerRecord {
        lowers = List.copyOf(lowers);
    }

    LayerInfo info() {
        return new LayerInfo(name, parent, state, idMap);
    }

    /** The short names of this layer and all below it: what is below its child. */
    List<String> chain() {
        List<String> chain = new ArrayList<>(lowers.size() + 1);
        chain.add(link);
        chain.addAll(lowers);
        return chain;
    }

    String format() {
        return new RecordText()
                .put("name", name)
                .put("parent", parent)
                .put("state", state)
                .put(idMap)
                .put("link", link)
                .put("lower", String.join(":", lowers))
                .put("staged", staged)
                .format();
    }

    /** Empty for a text that was not written to its end. */
    static Optional<LayerRecord> parse(String text) {
        return RecordText.parse(text).map(LayerRecord::of);
    }

    private static LayerRecord of(Map<String, String> values) {
        String lower = values.get("lower");
        return new LayerRecord(
                values.get("name"),
                values.get("parent"),
                State.valueOf(values.get("state")),
                RecordText.idMap(values),
                values.get("link"),
                lower.isEmpty() ? List.of() : List.of(lower.split(":")),
                Boolean.parseBoolean(values.get("staged")));
    }
}

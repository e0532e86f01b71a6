package io.felucca.storage.overlay2;

import io.felucca.linux.folders.LayerRecord;
import io.felucca.linux.folders.RecordText;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is recorded of a layer.
 *
 * @param link its short name in {@code l/}, of a committed layer; else empty
 * @param lowers the short names of the layers below it, the nearest first
 * @param staged whether lower layers are seen through an idmapped mount; else, with an id map, shifted copies of them
 */
record OverlayLayer(LayerInfo info, String link, List<String> lowers, boolean staged) implements LayerRecord {

    OverlayLayer {
        lowers = List.copyOf(lowers);
    }

    static OverlayLayer of(LayerInfo info, Map<String, String> words) {
        String lower = words.get("lower");
        return new OverlayLayer(
                info,
                words.get("link"),
                lower.isEmpty() ? List.of() : List.of(lower.split(":")),
                Boolean.parseBoolean(words.get("staged")));
    }

    @Override
    public void describe(RecordText text) {
        text.put("link", link).put("lower", String.join(":", lowers)).put("staged", staged);
    }

    /** The short names of this layer and all below it: what is below its child. */
    List<String> chain() {
        List<String> chain = new ArrayList<>(lowers.size() + 1);
        chain.add(link);
        chain.addAll(lowers);
        return chain;
    }
}

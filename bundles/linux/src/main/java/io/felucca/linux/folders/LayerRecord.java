package io.felucca.linux.folders;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What a storage driver records of a layer: its info, and words of the driver's own. */
public interface LayerRecord {

    LayerInfo info();

    /** Adds the driver's own words; {@code name}, {@code parent}, {@code state}, {@code uids} and {@code gids} are taken. */
    default void describe(RecordText text) {}

    default String name() {
        return info().name();
    }

    /** Empty for none. */
    default String parent() {
        return info().parent();
    }

    default State state() {
        return info().state();
    }

    default IdMap idMap() {
        return info().idMap();
    }

    default String format() {
        RecordText text =
                new RecordText().put("name", name()).put("parent", parent()).put("state", state());
        describe(text);
        return text.put(idMap()).format();
    }

    /**
     * Empty for a text that was not written to its end.
     *
     * @param form makes a record from its info and all of its words
     */
    static <R extends LayerRecord> Optional<R> parse(String text, BiFunction<LayerInfo, Map<String, String>, R> form) {
        return RecordText.parse(text).map(words -> form.apply(infoOf(words), words));
    }

    private static LayerInfo infoOf(Map<String, String> words) {
        return new LayerInfo(
                words.get("name"), words.get("parent"), State.valueOf(words.get("state")), RecordText.idMap(words));
    }
}

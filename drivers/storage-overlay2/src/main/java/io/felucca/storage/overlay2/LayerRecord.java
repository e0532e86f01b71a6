package io.felucca.storage.overlay2;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is recorded of a layer: as text a word and its value on each line, {@code end} on the last.
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
        return "name " + name + "\nparent " + parent + "\nstate " + state + "\nuids " + formatRanges(idMap.uids())
                + "\ngids " + formatRanges(idMap.gids()) + "\nlink " + link + "\nlower " + String.join(":", lowers)
                + "\nstaged " + staged + "\nend\n";
    }

    /** Empty for a text that was not written to its end. */
    static Optional<LayerRecord> parse(String text) {
        if (!text.endsWith("\nend\n")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        String lower = values.get("lower");
        return Optional.of(new LayerRecord(
                values.get("name"),
                values.get("parent"),
                State.valueOf(values.get("state")),
                new IdMap(parseRanges(values.get("uids")), parseRanges(values.get("gids"))),
                values.get("link"),
                lower.isEmpty() ? List.of() : List.of(lower.split(":")),
                Boolean.parseBoolean(values.get("staged"))));
    }

    private static String formatRanges(List<IdMap.Range> ranges) {
        StringBuilder text = new StringBuilder();
        for (IdMap.Range range : ranges) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(range.inside() + ":" + range.outside() + ":" + range.length());
        }
        return text.toString();
    }

    private static List<IdMap.Range> parseRanges(String text) {
        List<IdMap.Range> ranges = new ArrayList<>();
        for (String range : text.isEmpty() ? new String[0] : text.split(",")) {
            String[] parts = range.split(":");
            ranges.add(new IdMap.Range(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        }
        return ranges;
    }
}

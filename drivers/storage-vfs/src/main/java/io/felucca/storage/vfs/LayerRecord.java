package io.felucca.storage.vfs;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A layer's record as text: a word and its value on each line, {@code end} on the last. */
final class LayerRecord {

    private LayerRecord() {}

    static String format(LayerInfo info) {
        return "name " + info.name() + "\nparent " + info.parent() + "\nstate " + info.state() + "\nuids "
                + formatRanges(info.idMap().uids()) + "\ngids "
                + formatRanges(info.idMap().gids()) + "\nend\n";
    }

    /** Empty for a text that was not written to its end. */
    static Optional<LayerInfo> parse(String text) {
        if (!text.endsWith("\nend\n")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return Optional.of(new LayerInfo(
                values.get("name"),
                values.get("parent"),
                State.valueOf(values.get("state")),
                new IdMap(parseRanges(values.get("uids")), parseRanges(values.get("gids")))));
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

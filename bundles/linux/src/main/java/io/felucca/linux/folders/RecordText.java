package io.felucca.linux.folders;

import io.felucca.IdMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record as text: a word and its value on each line, {@code end} on the last, by which a cut one is known. */
public final class RecordText {

    private static final String END = "end\n";

    private final StringBuilder text = new StringBuilder();

    /** @param value without line breaks */
    public RecordText put(String word, Object value) {
        text.append(word).append(' ').append(value).append('\n');
        return this;
    }

    /** As {@code uids} and {@code gids}. */
    public RecordText put(IdMap map) {
        return put("uids", formatRanges(map.uids())).put("gids", formatRanges(map.gids()));
    }

    public String format() {
        return text + END;
    }

    /** Values by their words; empty for a text that was not written to its end. */
    public static Optional<Map<String, String>> parse(String text) {
        if (!text.endsWith("\n" + END)) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return Optional.of(values);
    }

    public static IdMap idMap(Map<String, String> values) {
        return new IdMap(parseRanges(values.get("uids")), parseRanges(values.get("gids")));
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

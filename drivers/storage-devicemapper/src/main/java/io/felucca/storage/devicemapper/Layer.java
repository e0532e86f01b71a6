package io.felucca.storage.devicemapper;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** A word and its value on each line, {@code end} on the last. */
    String format() {
        return "name " + info.name() + "\nparent " + info.parent() + "\nstate " + info.state() + "\ndevice " + device
                + "\nsize " + sizeBytes + "\nfs " + fileSystem + "\nuids "
                + formatRanges(info.idMap().uids()) + "\ngids "
                + formatRanges(info.idMap().gids()) + "\nend\n";
    }

    /** Empty for a text that was not written to its end. */
    static Optional<Layer> parse(String text) {
        if (!text.endsWith("\nend\n")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        LayerInfo info = new LayerInfo(
                values.get("name"),
                values.get("parent"),
                State.valueOf(values.get("state")),
                new IdMap(parseRanges(values.get("uids")), parseRanges(values.get("gids"))));
        return Optional.of(new Layer(
                info, Integer.parseInt(values.get("device")), Long.parseLong(values.get("size")), values.get("fs")));
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

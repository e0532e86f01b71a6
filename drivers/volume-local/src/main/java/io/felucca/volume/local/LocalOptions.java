package io.felucca.volume.local;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's options of a local volume, with the texts of dockerd 20.10.
 *
 * @param type a filesystem's, or {@code none} for a bind
 * @param device what is mounted
 * @param mountOptions as in fstab(5), {@code o=} split at its commas
 * @param size bytes, as it was written; empty for no limit
 */
record LocalOptions(Optional<String> type, String device, List<String> mountOptions, Optional<String> size) {

    private static final Map<String, List<String>> NEEDED =
            Map.of("device", List.of("type"), "type", List.of("device"), "o", List.of("device", "type"));

    /** @throws FeluccaException INVALID */
    static LocalOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals("size") && !NEEDED.containsKey(name)) {
                throw FeluccaException.invalid("invalid option: \"" + name + "\"");
            }
        }
        NEEDED.forEach((name, needed) -> {
            for (String other : options.containsKey(name) ? needed : List.<String>of()) {
                if (!options.containsKey(other)) {
                    throw FeluccaException.invalid("missing required option: \"" + other + "\"");
                }
            }
        });
        String words = options.getOrDefault("o", "");
        List<String> mountOptions = new ArrayList<>();
        for (String word : words.split(",")) {
            if (!word.isEmpty()) {
                mountOptions.add(word);
            }
        }
        return new LocalOptions(
                Optional.ofNullable(options.get("type")),
                options.getOrDefault("device", ""),
                List.copyOf(mountOptions),
                Optional.ofNullable(options.get("size")));
    }
}

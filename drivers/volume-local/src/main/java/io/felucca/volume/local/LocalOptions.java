package io.felucca.volume.local;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Docker's options of a local volume, with the texts of dockerd 20.10.
 *
 * @param type a filesystem's, or {@code none} for a bind
 * @param device what is mounted
 * @param mountOptions as in fstab(5), {@code o=} split at its commas
 * @param sizeBytes 0 for no limit
 */
record LocalOptions(Optional<String> type, String device, List<String> mountOptions, long sizeBytes) {

    private static final Set<String> NETWORK_TYPES = Set.of("nfs", "cifs");
    private static final String ADDRESS = "addr=";
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
                ByteSize.parse(options.getOrDefault("size", "0")));
    }

    /**
     * The mount options, with the name in {@code addr=} of a network filesystem replaced by its address, which the
     * kernel wants; asks the resolver.
     *
     * @throws FeluccaException SYSTEM for a name that has none
     */
    List<String> resolvedOptions() {
        if (type.filter(NETWORK_TYPES::contains).isEmpty()) {
            return mountOptions;
        }
        return mountOptions.stream()
                .map(option ->
                        option.startsWith(ADDRESS) ? ADDRESS + address(option.substring(ADDRESS.length())) : option)
                .toList();
    }

    private static String address(String name) {
        if (name.isEmpty()) {
            return name;
        }
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException e) {
            throw FeluccaException.system(
                    "error resolving passed in network volume address: lookup " + name + ": no such host", e);
        }
    }
}

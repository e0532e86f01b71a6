package io.felucca.shell.text;

import io.felucca.shell.template.Template.Method;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Cells that several lists have. */
public final class Cells {

    private Cells() {}

    /** {@code a=b,c=d}, sorted. */
    public static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(","));
    }

    /** {@code {{.Label "key"}}}. */
    public static Method label(Map<String, String> labels) {
        return key -> labels.getOrDefault(key, "");
    }

    /** {@code {{.Label "key"}}} in a table's header: the key itself, words apart. */
    public static Method labelHeader() {
        return key -> {
            String[] parts = key.split("\\.");
            return parts[parts.length - 1].replace('-', ' ').replace('_', ' ');
        };
    }
}

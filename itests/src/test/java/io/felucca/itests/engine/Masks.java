package io.felucca.itests.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What two engines cannot have in common, replaced by words: ids, times, and the names of their runtimes. */
public final class Masks {

    private static final Map<Pattern, String> MASKS = new LinkedHashMap<>();

    static {
        MASKS.put(Pattern.compile("\\b(?:sha256:)?[0-9a-f]{64}\\b"), "<id>");
        MASKS.put(Pattern.compile("\\b[0-9a-f]{12}\\b"), "<short>");
        MASKS.put(Pattern.compile("(?:Less than a second|About a minute|\\d+ seconds?)( ago)?"), "<time>");
        MASKS.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "<timestamp>");
        MASKS.put(Pattern.compile("\\b(?:crun|runc) create failed"), "<runtime> create failed");
        MASKS.put(Pattern.compile("[ \\t]+"), " ");
    }

    private Masks() {}

    public static String masked(String text) {
        String masked = text;
        for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
            masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
        }
        return masked;
    }

    /** All that a program told, and how it ended. */
    public static String told(Result result) {
        return "exit " + result.exit() + "\n" + masked(result.out()) + "-- stderr\n" + masked(result.err());
    }
}

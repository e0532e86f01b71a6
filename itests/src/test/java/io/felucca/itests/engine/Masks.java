package io.felucca.itests.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What two engines cannot have in common, replaced by words: ids, times, and the names of their runtimes. */
public final class Masks {

    private static final Map<Pattern, String> MASKS = new LinkedHashMap<>();

    static {
        MASKS.put(Pattern.compile("\\b(?:sha256:)?[0-9a-f]{64}\\b"), "<id>");
        MASKS.put(Pattern.compile("\\b[0-9a-f]{12}\\b"), "<short>");
        MASKS.put(Pattern.compile("(?:Less than a second|About a minute|\\d+ (?:second|minute)s?)( ago)?"), "<time>");
        MASKS.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "<timestamp>");
        MASKS.put(Pattern.compile("\\b(?:crun|runc) create failed"), "<runtime> create failed");
        // Where EngineUnderTest and DockerDaemon have their data.
        MASKS.put(Pattern.compile("/tmp/fld?[0-9]+/d\\b"), "<root>");
        MASKS.put(Pattern.compile("<root>/overlay2/<id>/merged|/tmp/fl[0-9]+/x/mounts/<id>\\.overlay2"), "<rootfs>");
        // What the docker command 20.10 gives up at a failed start is told or not, as a race within it goes.
        MASKS.put(
                Pattern.compile("time=\"[^\"]+\" level=error msg=\"error waiting for container: context canceled\"\n"),
                "");
        // Nothing is null, or an empty list or map, as the command has it that asked: dockerd gives it back so.
        MASKS.put(Pattern.compile("\"(Labels|Ulimits|BlkioDevice\\w+)\": (?:null|\\[\\]|\\{\\})"), "\"$1\": <nothing>");
        MASKS.put(Pattern.compile("[ \\t]+"), " ");
    }

    /**
     * The commands that dockerd answers in an order of chance, that of its hash tables or of a directory on disk, and those
     * whose answer the docker command 20.10 puts in one.
     */
    private static final Pattern UNORDERED =
            Pattern.compile("diff .*|system df -v|(?:system|image|network|volume) prune .*|.* env|port .*");

    /** Labels of one thing, which 20.10's command puts in an order of chance. */
    private static final Pattern UNORDERED_WORDS = Pattern.compile(".*\\{\\{\\.Labels}}.*");

    private Masks() {}

    public static String masked(String text) {
        String masked = text;
        for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
            masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
        }
        return masked;
    }

    /** What an engine told of a command, and how it ended; without an order where dockerd has none. */
    public static String told(String line, Result result) {
        String out = masked(result.out());
        if (UNORDERED_WORDS.matcher(line).matches()) {
            out = out.lines().map(Masks::withoutOrderOfWords).collect(Collectors.joining("\n"));
        }
        return told(result, UNORDERED.matcher(line).matches() ? withoutOrder(out) : out);
    }

    private static String withoutOrderOfWords(String line) {
        return Stream.of(line.split("[ ,]")).sorted().collect(Collectors.joining(" "));
    }

    private static String withoutOrder(String out) {
        return Stream.of(out.split("\n\n"))
                .map(part -> part.lines().sorted().collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n\n"));
    }

    /** All that a program told, and how it ended. */
    public static String told(Result result) {
        return told(result, masked(result.out()));
    }

    private static String told(Result result, String out) {
        return "exit " + result.exit() + "\n" + out + "-- stderr\n" + masked(result.err());
    }
}

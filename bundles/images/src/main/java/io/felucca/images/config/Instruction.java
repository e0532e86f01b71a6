package io.felucca.images.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.images.content.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One instruction of a Dockerfile.
 *
 * @param name in lower case
 * @param flags words that began with {@code --}, without that
 * @param rest what follows, trimmed
 */
record Instruction(String name, List<String> flags, String rest) {

    private static final Pattern CONTINUED = Pattern.compile("\\\\[ \\t]*$");
    private static final Pattern WHITE = Pattern.compile("[\\t\\u000b\\f\\r ]+");

    /** @throws FeluccaException INVALID when there is none */
    static List<Instruction> parse(List<String> lines) {
        List<Instruction> found = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : String.join("\n", lines).split("\n", -1)) {
            if (line.stripLeading().startsWith("#") || (!open.isEmpty() && line.isBlank())) {
                continue;
            }
            var continued = CONTINUED.matcher(line);
            if (continued.find()) {
                open.append(line, 0, continued.start());
                continue;
            }
            open.append(line);
            of(open.toString()).ifPresent(found::add);
            open.setLength(0);
        }
        of(open.toString()).ifPresent(found::add);
        if (found.isEmpty()) {
            throw FeluccaException.invalid("file with no instructions");
        }
        return found;
    }

    private static Optional<Instruction> of(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = WHITE.split(text, 2);
        String rest = parts.length > 1 ? parts[1].strip() : "";
        List<String> flags = new ArrayList<>();
        while (rest.startsWith("--")) {
            String[] cut = WHITE.split(rest, 2);
            if (cut[0].equals("--")) {
                rest = cut.length > 1 ? cut[1] : "";
                break;
            }
            flags.add(cut[0].substring(2));
            rest = cut.length > 1 ? cut[1].strip() : "";
        }
        return Optional.of(new Instruction(parts[0].toLowerCase(Locale.ROOT), List.copyOf(flags), rest));
    }

    String upperName() {
        return name.toUpperCase(Locale.ROOT);
    }

    /** The words; empty for an empty rest. */
    List<String> words() {
        return rest.isEmpty() ? List.of() : List.of(WHITE.split(rest));
    }

    /** First word and the rest of what follows. */
    String[] headAndTail() {
        String[] parts = WHITE.split(rest, 2);
        return new String[] {parts[0], parts.length > 1 ? parts[1] : ""};
    }

    /** {@code a=b c="d e"}, or the old form {@code a b c}; neither quotes nor variables are looked at. */
    List<Map.Entry<String, String>> pairs() {
        List<String> words = ShellWord.split(rest);
        if (words.isEmpty()) {
            throw atLeastOneArgument();
        }
        if (words.get(0).indexOf('=') < 0) {
            String[] parts = headAndTail();
            if (parts[1].isEmpty()) {
                throw FeluccaException.invalid(upperName() + " must have two arguments");
            }
            return List.of(Map.entry(parts[0], parts[1]));
        }
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw FeluccaException.invalid(
                        "Syntax error - can't find = in " + quoted(word) + ". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw FeluccaException.invalid(upperName() + " names can not be blank");
            }
            pairs.add(Map.entry(word.substring(0, equals), word.substring(equals + 1)));
        }
        return pairs;
    }

    /** Values of the flags, each named once and known. */
    Map<String, String> flagValues(List<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            String key = equals < 0 ? flag : flag.substring(0, equals);
            if (!known.contains(key)) {
                throw FeluccaException.invalid("Unknown flag: " + key);
            }
            if (equals < 0) {
                throw FeluccaException.invalid("Missing a value on flag: " + key);
            }
            if (values.putIfAbsent(key, flag.substring(equals + 1)) != null) {
                throw FeluccaException.invalid("Duplicate flag specified: " + key);
            }
        }
        return values;
    }

    FeluccaException atLeastOneArgument() {
        return FeluccaException.invalid(upperName() + " requires at least one argument");
    }

    /** The list that a text in JSON form is; empty when it is no JSON. */
    static Optional<List<String>> jsonList(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        JsonNode node;
        try {
            node = Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        List<String> list = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw FeluccaException.invalid(
                        "when using JSON array syntax, arrays must be comprised of strings only");
            }
            list.add(item.textValue());
        }
        return Optional.of(List.copyOf(list));
    }

    /** As Go's %q does for the texts of errors. */
    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + "\"";
    }
}

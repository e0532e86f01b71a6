package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One logical line: continuation lines joined, flags set apart.
 *
 * @param number of its first line in the file, from 1
 * @param lastNumber of its last one, here-documents included
 * @param original as it is shown, joined
 * @param name in lower case
 * @param flags words that began with {@code --}, without that
 * @param rest what follows, trimmed
 * @param documents here-documents that its words began
 * @param escape the file's escape character
 */
record Line(
        int number,
        int lastNumber,
        String original,
        String name,
        List<String> flags,
        String rest,
        List<HereDocument> documents,
        char escape) {

    private static final Pattern WHITE = Pattern.compile("[\\t\\u000b\\f\\r ]+");

    /** @param text trimmed, not empty */
    static Line of(int number, int lastNumber, String text, List<HereDocument> documents, char escape) {
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
        return new Line(
                number,
                lastNumber,
                text,
                parts[0].toLowerCase(Locale.ROOT),
                List.copyOf(flags),
                rest,
                List.copyOf(documents),
                escape);
    }

    String upperName() {
        return name.toUpperCase(Locale.ROOT);
    }

    /** The words; empty for an empty rest. */
    List<String> words() {
        return rest.isEmpty() ? List.of() : List.of(WHITE.split(rest));
    }

    /** The words, or those of the JSON form. */
    List<String> wordsOrList() {
        return Texts.jsonList(rest).orElseGet(this::words);
    }

    Optional<List<String>> list() {
        return Texts.jsonList(rest);
    }

    /** First word and the rest of what follows. */
    String[] headAndTail() {
        String[] parts = WHITE.split(rest, 2);
        return new String[] {parts[0], parts.length > 1 ? parts[1] : ""};
    }

    /** {@code a=b c="d e"}, or the old form {@code a b c}; neither quotes nor variables are looked at. Empty for nothing. */
    List<Instruction.Pair> pairs() {
        List<String> words = Words.split(rest, escape);
        if (words.isEmpty()) {
            return List.of();
        }
        if (words.get(0).indexOf('=') < 0) {
            String[] parts = headAndTail();
            if (parts[1].isEmpty()) {
                throw FeluccaException.invalid(upperName() + " must have two arguments");
            }
            return List.of(new Instruction.Pair(parts[0], parts[1]));
        }
        List<Instruction.Pair> pairs = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw FeluccaException.invalid(
                        "Syntax error - can't find = in " + Texts.quoted(word) + ". Must be of the form: name=value");
            }
            pairs.add(new Instruction.Pair(word.substring(0, equals), word.substring(equals + 1)));
        }
        return List.copyOf(pairs);
    }

    /** Values of the flags, each named once and known. @param switches those that need no value */
    Map<String, String> flagValues(List<String> known, List<String> switches) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            String key = equals < 0 ? flag : flag.substring(0, equals);
            if (!known.contains(key) && !switches.contains(key)) {
                throw FeluccaException.invalid("Unknown flag: " + key);
            }
            if (equals < 0 && !switches.contains(key)) {
                throw FeluccaException.invalid("Missing a value on flag: " + key);
            }
            if (values.putIfAbsent(key, equals < 0 ? "true" : flag.substring(equals + 1)) != null) {
                throw FeluccaException.invalid("Duplicate flag specified: " + key);
            }
        }
        return values;
    }

    FeluccaException atLeastOneArgument() {
        return FeluccaException.invalid(upperName() + " requires at least one argument");
    }

    FeluccaException exactlyOneArgument() {
        return FeluccaException.invalid(upperName() + " requires exactly one argument");
    }
}

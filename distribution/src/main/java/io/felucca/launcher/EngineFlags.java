package io.felucca.launcher;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads {@code felucca engine}'s words as dockerd reads its own: {@code --name value}, {@code --name=value}, {@code -Hvalue}. */
final class EngineFlags {

    private EngineFlags() {}

    /** @throws LaunchException in dockerd's words */
    static Map<Option, List<String>> parse(List<String> words) {
        Map<Option, List<String>> given = new EnumMap<>(Option.class);
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            Option option;
            String value = null;
            String shown;
            if (word.startsWith("--") && word.length() > 2) {
                int equals = word.indexOf('=');
                String flag = equals < 0 ? word.substring(2) : word.substring(2, equals);
                value = equals < 0 ? null : word.substring(equals + 1);
                shown = "--" + flag;
                option = Option.ofFlag(flag).orElseThrow(() -> usage("unknown flag: --" + flag));
            } else if (word.startsWith("-") && word.length() > 1) {
                char letter = word.charAt(1);
                shown = "'" + letter + "' in " + word;
                option = Option.ofLetter(letter)
                        .orElseThrow(() -> usage("unknown shorthand flag: '" + letter + "' in " + word));
                if (word.length() > 2) {
                    value = word.charAt(2) == '=' ? word.substring(3) : word.substring(2);
                }
            } else {
                throw usage("\"felucca engine\" accepts no argument(s).");
            }
            if (option.form == Option.Form.SWITCH) {
                value = value == null ? "true" : value;
                if (!value.equals("true") && !value.equals("false")) {
                    throw usage("invalid argument \"" + value + "\" for \"--" + option.flag
                            + "\" flag: strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
                }
            } else if (value == null) {
                if (at == words.size()) {
                    throw usage("flag needs an argument: " + shown);
                }
                value = words.get(at++);
            }
            if (option.form == Option.Form.NUMBER && !value.matches("-?[0-9]{1,9}")) {
                throw usage("invalid argument \"" + value + "\" for \"--" + option.flag
                        + "\" flag: strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
            }
            List<String> values = given.computeIfAbsent(option, o -> new ArrayList<>());
            if (option.form != Option.Form.LIST) {
                values.clear();
            }
            values.add(value);
        }
        return given;
    }

    static String help() {
        StringBuilder text = new StringBuilder("Usage:  felucca engine [OPTIONS]\n\n"
                + "Runs the engine; with --detach in the background.\n\nOptions:\n");
        for (Option option : Option.values()) {
            String letter = option.letter == '\0' ? "    " : "-" + option.letter + ", ";
            String form = switch (option.form) {
                case TEXT -> " string";
                case NUMBER -> " int";
                case LIST -> " list";
                case SWITCH -> "";
            };
            String fallback = option.fallback.isEmpty() || option.form == Option.Form.SWITCH
                    ? ""
                    : " (default " + option.fallback + ")";
            text.append(String.format("  %s--%-26s %s%s%n", letter, option.flag + form, option.help, fallback));
        }
        return text.toString();
    }

    private static LaunchException usage(String message) {
        return new LaunchException(message + "\nSee 'felucca engine --help'.");
    }
}

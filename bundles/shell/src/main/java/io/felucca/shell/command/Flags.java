package io.felucca.shell.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads options as Docker's command line does (pflag's rules), which picocli alone does not: {@code -idt},
 * {@code -eA=B}, {@code --rm=false}, a value that looks like an option. The result has every option in full with its
 * value attached, a {@code --}, and the other words, which picocli reads in one way only.
 */
final class Flags {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private final CommandSpec spec;
    private final boolean interspersed;

    /** @param interspersed whether options may follow other words; in {@code run} they belong to the container's command */
    Flags(CommandSpec spec, boolean interspersed) {
        this.spec = spec;
        this.interspersed = interspersed;
    }

    /** @throws FlagError in pflag's words */
    List<String> normalise(List<String> words) {
        List<String> options = new ArrayList<>();
        List<String> others = new ArrayList<>();
        int next = 0;
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("--")) {
                others.addAll(words.subList(next, words.size()));
                break;
            }
            if (word.startsWith("--")) {
                next = longOption(word, words, next, options);
            } else if (word.startsWith("-") && word.length() > 1) {
                next = shortOptions(word, words, next, options);
            } else if (interspersed) {
                others.add(word);
            } else {
                others.addAll(words.subList(next - 1, words.size()));
                break;
            }
        }
        options.add("--");
        options.addAll(others);
        return options;
    }

    private int longOption(String word, List<String> words, int next, List<String> options) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        OptionSpec option = spec.findOption(name);
        if (option == null || name.length() < 4) {
            throw new FlagError("unknown flag: " + name);
        }
        if (equals >= 0) {
            options.add(attached(option, word.substring(equals + 1)));
            return next;
        }
        if (isSwitch(option)) {
            options.add(attached(option, "true"));
            return next;
        }
        if (next == words.size()) {
            throw new FlagError("flag needs an argument: " + name);
        }
        options.add(attached(option, words.get(next)));
        return next + 1;
    }

    private int shortOptions(String word, List<String> words, int next, List<String> options) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            OptionSpec option = spec.findOption("-" + letter);
            if (option == null) {
                throw new FlagError("unknown shorthand flag: '" + letter + "' in -" + word.substring(i));
            }
            String rest = word.substring(i + 1);
            if (rest.startsWith("=")) {
                options.add(attached(option, rest.substring(1)));
                return next;
            }
            if (isSwitch(option)) {
                options.add(attached(option, "true"));
                continue;
            }
            if (!rest.isEmpty()) {
                options.add(attached(option, rest));
                return next;
            }
            if (next == words.size()) {
                throw new FlagError("flag needs an argument: '" + letter + "' in -" + word.substring(i));
            }
            options.add(attached(option, words.get(next)));
            return next + 1;
        }
        return next;
    }

    private static String attached(OptionSpec option, String value) {
        String text = value;
        if (isSwitch(option)) {
            if (!TRUE.contains(value) && !FALSE.contains(value)) {
                throw new FlagError("invalid argument \"" + value + "\" for \"" + shown(option)
                        + "\" flag: strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
            }
            text = Boolean.toString(TRUE.contains(value));
        }
        return option.longestName() + "=" + text;
    }

    static boolean isSwitch(OptionSpec option) {
        Class<?> type = option.type();
        return type == boolean.class || type == Boolean.class;
    }

    /** {@code -m, --memory} */
    static String shown(OptionSpec option) {
        String shorter = option.shortestName();
        return shorter.equals(option.longestName()) ? shorter : shorter + ", " + option.longestName();
    }

    /** An option that is not there or lacks its value; never leaves this package. */
    static final class FlagError extends RuntimeException {
        FlagError(String text) {
            super(text);
        }
    }
}

package io.felucca.shell.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Help in the form of Docker's command line. */
public final class CommandHelp {

    private static final int WIDTH = 79;
    private static final int SLOP = 5;
    private static final int NAME_WIDTH = 11;

    private CommandHelp() {}

    /** All commands, when none is named. */
    public static void commands(PrintStream out, Map<String, String> lines) {
        StringBuilder text = new StringBuilder(
                "Usage:  felucca [OPTIONS] COMMAND\n\nA container engine of OSGi bundles\n\nCommands:\n");
        list(text, lines);
        text.append("\nRun 'felucca COMMAND --help' for more information on a command.\n");
        out.print(text);
    }

    /** A group of commands, such as {@code container}. */
    static void group(PrintStream out, String name, String description, Map<String, String> commands) {
        StringBuilder text =
                new StringBuilder("Usage:  felucca " + name + " COMMAND\n\n" + description + "\n\nCommands:\n");
        list(text, commands);
        text.append("\nRun 'felucca ").append(name).append(" COMMAND --help' for more information on a command.\n");
        out.print(text);
    }

    private static void list(StringBuilder text, Map<String, String> lines) {
        int width = lines.keySet().stream().mapToInt(String::length).reduce(NAME_WIDTH, Math::max);
        lines.forEach((name, description) -> text.append("  ")
                .append(name)
                .append(" ".repeat(description.isEmpty() ? 0 : width - name.length() + 1))
                .append(description)
                .append('\n'));
    }

    /** {@code Usage:  felucca ps [OPTIONS]} */
    static String usage(String name, CommandSpec spec) {
        String[] synopsis = spec.usageMessage().customSynopsis();
        return "Usage:  felucca " + name
                + (synopsis.length == 0 ? " [OPTIONS]" : synopsis[0].isEmpty() ? "" : " " + synopsis[0]);
    }

    /** The first line of the description, for lists of commands. */
    static String summary(CommandSpec spec) {
        String text = description(spec);
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end).replaceFirst("\\.$", "");
    }

    static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    static void command(PrintStream out, String name, List<String> aliases, CommandSpec spec) {
        StringBuilder text = new StringBuilder(usage(name, spec))
                .append("\n\n")
                .append(description(spec))
                .append('\n');
        if (!aliases.isEmpty()) {
            text.append("\nAliases:\n  felucca ")
                    .append(String.join(", felucca ", aliases))
                    .append('\n');
        }
        List<OptionSpec> options = new ArrayList<>(spec.options());
        options.removeIf(option -> option.hidden() || option.longestName().equals("--help"));
        options.sort(Comparator.comparing(OptionSpec::longestName));
        if (!options.isEmpty()) {
            text.append("\nOptions:\n");
            int width = options.stream()
                            .mapToInt(option -> left(option).length())
                            .max()
                            .orElse(0)
                    + 3;
            for (OptionSpec option : options) {
                String left = left(option);
                text.append(left).append(" ".repeat(width - left.length()));
                wrap(text, right(option), width);
                text.append('\n');
            }
        }
        out.print(text);
    }

    private static String left(OptionSpec option) {
        String shorter = option.shortestName();
        String names = shorter.equals(option.longestName())
                ? "      " + option.longestName()
                : "  " + shorter + ", " + option.longestName();
        return Flags.isSwitch(option) ? names : names + " " + type(option);
    }

    private static String type(OptionSpec option) {
        if (!option.paramLabel().startsWith("<")) {
            return option.paramLabel();
        }
        if (option.isMultiValue()) {
            return "list";
        }
        Class<?> type = option.type();
        return type == int.class || type == Integer.class || type == long.class || type == Long.class
                ? "int"
                : "string";
    }

    private static String right(OptionSpec option) {
        return String.join("\n", option.description());
    }

    /** Like pflag, which leaves a last line a little longer rather than wrap a short rest. */
    private static void wrap(StringBuilder text, String description, int indent) {
        int width = WIDTH - indent - SLOP;
        String margin = "\n" + " ".repeat(indent);
        String rest = description;
        boolean first = true;
        while (!rest.isEmpty()) {
            int end = end(rest, width);
            text.append(first ? "" : margin).append(rest.substring(0, end).replace("\n", margin));
            rest = rest.substring(Math.min(end + 1, rest.length()));
            first = false;
        }
    }

    private static int end(String rest, int width) {
        if (width + SLOP > rest.length()) {
            return rest.length();
        }
        String head = rest.substring(0, width);
        int line = head.lastIndexOf('\n');
        int space = Math.max(head.lastIndexOf(' '), line);
        return space <= 0 ? rest.length() : line > 0 ? line : space;
    }
}

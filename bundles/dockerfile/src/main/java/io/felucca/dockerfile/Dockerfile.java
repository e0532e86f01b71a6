package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile, read.
 *
 * @param steps at least one
 * @param escape backslash or backtick
 */
public record Dockerfile(List<Step> steps, char escape) {

    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(\\S.*?)\\s*");
    private static final List<String> KNOWN = List.of("escape", "syntax", "check");

    /**
     * An instruction and where it stands.
     *
     * @param original as it is shown
     * @param firstLine from 1
     */
    public record Step(Instruction instruction, String original, int firstLine, int lastLine) {}

    /** One whose file is called {@code Dockerfile}, as {@link #parse(String, String)}. */
    public static Dockerfile parse(String text) {
        return parse("Dockerfile", text);
    }

    /**
     * @param file its path in the context, for messages
     * @throws FeluccaException INVALID with Docker's text, which names the file or the line
     */
    public static Dockerfile parse(String file, String text) {
        List<Line> lines;
        char escape;
        try {
            List<String> all = physical(text);
            escape = escapeOf(all);
            lines = logical(all, escape);
            lines.forEach(Dockerfile::look);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "failed to parse " + file + ": " + e.getMessage(), e);
        }
        List<Step> steps = new ArrayList<>();
        boolean stage = false;
        for (Line line : lines) {
            Instruction instruction;
            try {
                instruction = Instructions.read(line);
            } catch (FeluccaException e) {
                throw new FeluccaException(
                        e.kind(), "dockerfile parse error line " + line.number() + ": " + e.getMessage(), e);
            }
            stage |= instruction instanceof Instruction.From;
            if (!stage && !(instruction instanceof Instruction.Arg)) {
                throw FeluccaException.invalid("no build stage in current context");
            }
            steps.add(new Step(instruction, line.original(), line.number(), line.lastNumber()));
        }
        if (!stage) {
            throw FeluccaException.invalid("no build stage in current context");
        }
        return new Dockerfile(List.copyOf(steps), escape);
    }

    /**
     * Reads instructions that stand alone: triggers, and those of {@code commit --change}.
     *
     * @throws FeluccaException INVALID with Docker's text, without a line
     */
    public static List<Step> instructions(List<String> texts) {
        List<Line> lines = logical(physical(String.join("\n", texts)), '\\');
        lines.forEach(Dockerfile::look);
        return lines.stream()
                .map(line -> new Step(Instructions.read(line), line.original(), line.number(), line.lastNumber()))
                .toList();
    }

    /** The names of instructions, in lower case, whether there are such or not. */
    public static List<String> names(List<String> texts) {
        return logical(physical(String.join("\n", texts)), '\\').stream()
                .map(Line::name)
                .toList();
    }

    /** What dockerd refuses before it looks at any instruction by itself. */
    private static void look(Line line) {
        if (line.name().equals("env") || line.name().equals("label")) {
            line.pairs();
        } else if (List.of("cmd", "entrypoint", "run", "copy", "add", "volume", "shell")
                .contains(line.name())) {
            line.list();
        }
    }

    private static List<String> physical(String text) {
        String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        List<String> lines = new ArrayList<>();
        for (String line : plain.split("\n", -1)) {
            lines.add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
        return lines;
    }

    private static char escapeOf(List<String> lines) {
        Map<String, String> directives = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher matcher = DIRECTIVE.matcher(line.strip());
            if (!matcher.matches() || !KNOWN.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
                break;
            }
            String name = matcher.group(1).toLowerCase(Locale.ROOT);
            if (directives.put(name, matcher.group(2)) != null) {
                throw FeluccaException.invalid("only one " + name + " parser directive can be used");
            }
        }
        String escape = directives.getOrDefault("escape", "\\");
        if (!escape.equals("\\") && !escape.equals("`")) {
            throw FeluccaException.invalid("invalid escape token '" + escape + "' does not match ` or \\");
        }
        return escape.charAt(0);
    }

    private static List<Line> logical(List<String> lines, char escape) {
        List<Line> found = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        int first = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.stripLeading().startsWith("#") || line.isBlank() && first >= 0) {
                continue;
            }
            if (first < 0) {
                if (line.isBlank()) {
                    continue;
                }
                first = i;
            }
            String ended = line.stripTrailing();
            if (!ended.isEmpty() && ended.charAt(ended.length() - 1) == escape) {
                open.append(ended, 0, ended.length() - 1);
                continue;
            }
            open.append(line);
            i = close(found, open, lines, first, i, escape);
            first = -1;
        }
        if (first >= 0) {
            close(found, open, lines, first, lines.size() - 1, escape);
        }
        if (found.isEmpty()) {
            throw FeluccaException.invalid("file with no instructions");
        }
        return found;
    }

    /** Adds the logical line that is open, with its here-documents; gives the index of the last line that it took. */
    private static int close(
            List<Line> found, StringBuilder open, List<String> lines, int first, int last, char escape) {
        String text = open.toString().strip();
        open.setLength(0);
        if (text.isEmpty()) {
            return last;
        }
        Line line = Line.of(first + 1, last + 1, text, List.of(), escape);
        List<HereDocument> documents = new ArrayList<>();
        int[] end = {last};
        for (HereDocuments.Mark mark : HereDocuments.marks(line)) {
            documents.add(HereDocuments.read(mark, lines, end[0] + 1, end));
        }
        found.add(documents.isEmpty() ? line : Line.of(first + 1, end[0] + 1, text, documents, escape));
        return end[0];
    }
}

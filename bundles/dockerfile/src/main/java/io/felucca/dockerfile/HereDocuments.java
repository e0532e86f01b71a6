package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the marks of here-documents in a line, and takes the documents from the lines after it. */
final class HereDocuments {

    private static final Pattern MARK = Pattern.compile("[0-9]*<<(-?)(['\"]?)([a-zA-Z_][a-zA-Z0-9_.]*)\\2");
    private static final Set<String> ALLOWED = Set.of("run", "copy", "add");

    private HereDocuments() {}

    record Mark(String name, boolean expand, boolean stripTabs) {}

    static Optional<Mark> mark(String word) {
        Matcher matcher = MARK.matcher(word);
        return matcher.matches()
                ? Optional.of(new Mark(
                        matcher.group(3),
                        matcher.group(2).isEmpty(),
                        matcher.group(1).equals("-")))
                : Optional.empty();
    }

    /** Those that a line begins, in order; none for an instruction that takes none. */
    static List<Mark> marks(Line line) {
        if (!ALLOWED.contains(line.name())
                || !line.rest().contains("<<")
                || line.rest().startsWith("[")) {
            return List.of();
        }
        return Words.split(line.rest(), line.escape()).stream()
                .map(HereDocuments::mark)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Reads one from the lines.
     *
     * @param from index of its first line
     * @param end set to the index of the line that ends it
     */
    static HereDocument read(Mark mark, List<String> lines, int from, int[] end) {
        List<String> content = new ArrayList<>();
        for (int i = from; i < lines.size(); i++) {
            String text = mark.stripTabs() ? lines.get(i).replaceFirst("^\t+", "") : lines.get(i);
            if (text.equals(mark.name())) {
                end[0] = i;
                return new HereDocument(
                        mark.name(), mark.expand(), content.isEmpty() ? "" : String.join("\n", content) + "\n");
            }
            content.add(text);
        }
        throw FeluccaException.invalid("unterminated heredoc");
    }
}

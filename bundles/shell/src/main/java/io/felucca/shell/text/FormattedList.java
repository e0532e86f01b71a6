package io.felucca.shell.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A list as {@code --format} wants it: a table, a table of a template, JSON, or a template for each line.
 *
 * @param type what Go's error messages call a line
 * @param headers what a field's column is called
 * @param standard the template of the table that is shown when nothing else is asked for
 * @param parseFailure how the error of a template that is none begins
 * @param executeFailure how the error of one that asks for what is not there begins
 */
public record FormattedList(
        String type, Map<String, Object> headers, String standard, String parseFailure, String executeFailure) {

    private static final String TABLE = "table";
    private static final String FAILURE = "template parsing error: ";

    /** One whose errors begin as those of most lists. */
    public FormattedList(String type, Map<String, Object> headers, String standard) {
        this(type, headers, standard, FAILURE, FAILURE);
    }

    /** @param format empty for the standard table */
    public String render(String format, List<Map<String, Object>> lines) {
        return render(format, lines, List.of());
    }

    /** @param wholes what {@code {{json .}}} writes of each line, where that is not just its fields; else empty */
    public String render(String format, List<Map<String, Object>> lines, List<JsonNode> wholes) {
        String wanted = format.isEmpty() ? TABLE : format;
        if (wanted.equals("json")) {
            wanted = "{{json .}}";
        }
        boolean table = wanted.startsWith(TABLE);
        String rest = table ? wanted.substring(TABLE.length()).strip() : wanted;
        String text = table && rest.isEmpty() ? standard : rest;
        Template template = parse(text.replace("\\t", "\t").replace("\\n", "\n"));
        List<String> rendered = new ArrayList<>();
        try {
            if (table) {
                rendered.add(template.header(type, headers));
            }
            for (int i = 0; i < lines.size(); i++) {
                rendered.add(template.apply(type, lines.get(i), wholes.isEmpty() ? null : wholes.get(i)));
            }
        } catch (FeluccaException e) {
            throw new CommandFailure(1, executeFailure + e.getMessage(), e);
        }
        if (!table) {
            return rendered.isEmpty() ? "" : String.join("\n", rendered) + "\n";
        }
        return Table.align(rendered.stream().flatMap(String::lines).toList());
    }

    private Template parse(String text) {
        try {
            return Template.parse(text);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, parseFailure + e.getMessage(), e);
        }
    }
}

package io.felucca.shell.text;

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
 */
public record Listing(String type, Map<String, Object> headers, String standard) {

    private static final String TABLE = "table";

    /** @param format empty for the standard table */
    public String render(String format, List<Map<String, Object>> lines) {
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
            for (Map<String, Object> line : lines) {
                rendered.add(template.apply(type, line));
            }
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "failed to execute template: " + e.getMessage(), e);
        }
        if (!table) {
            return rendered.isEmpty() ? "" : String.join("\n", rendered) + "\n";
        }
        return Table.align(rendered.stream().flatMap(String::lines).toList());
    }

    private static Template parse(String text) {
        try {
            return Template.parse(text);
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "failed to parse template: " + e.getMessage(), e);
        }
    }
}

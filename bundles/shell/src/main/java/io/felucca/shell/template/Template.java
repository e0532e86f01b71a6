package io.felucca.shell.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A Go template (text/template) with Docker's functions, for {@code --format}: fields, pipelines, variables, if, with,
 * range, comparisons, printing. Errors are INVALID in Go's words; the front end says what they are about.
 */
public final class Template {

    private final String text;
    private final Node.Block block;

    private Template(String text, Node.Block block) {
        this.text = text;
        this.block = block;
    }

    /** @throws io.felucca.FeluccaException INVALID, {@code template: :1: unclosed action} */
    public static Template parse(String text) {
        return new Template(text, Parser.parse(text, TemplateFunctions.names()));
    }

    /** @throws io.felucca.FeluccaException INVALID, {@code template: :1:2: executing "" at <.Foo>: …} */
    public String apply(JsonNode data) {
        return execute(Data.of(data), false);
    }

    /** A field that takes a word: {@code {{.Label "env"}}}. */
    public interface Method {
        String of(String word);
    }

    /**
     * Applies it to a line of a list, whose fields are all there are.
     *
     * @param type what errors call it
     */
    public String apply(String type, Map<String, Object> fields) {
        return apply(type, fields, null);
    }

    /**
     * Applies it to an object of which Go's names of the fields are not those of its JSON.
     *
     * @param whole its JSON
     */
    public String apply(String type, Map<String, Object> fields, JsonNode whole) {
        return execute(new Data.Row(type, fields, whole, false), false);
    }

    /**
     * Applies it to an object of which JSON has the fields in the order given, as of a Go struct.
     *
     * @param fields a value that is a list may have elements made by {@link #row}
     */
    public String applyStruct(String type, Map<String, Object> fields) {
        return execute(new Data.Row(type, fields, null, true), false);
    }

    /** Applies it to the names of columns: functions that change a value leave a name as it is. */
    public String header(String type, Map<String, Object> names) {
        return execute(new Data.Row(type, names, null, false), true);
    }

    /** A line as an element of a list that is a field of another object. */
    public static Object row(String type, Map<String, Object> fields) {
        return new Data.Row(type, fields, null, false);
    }

    private String execute(Object data, boolean header) {
        StringBuilder out = new StringBuilder();
        new Execution(text, data, header, out).run(block);
        return out.toString();
    }

    /** A text in quotes as Go writes it. */
    public static String quote(String text) {
        return GoFormat.quote(text);
    }

    /** A value as {@code {{json .}}} writes it. */
    public static String json(Object value) {
        return TemplateFunctions.json(value);
    }
}

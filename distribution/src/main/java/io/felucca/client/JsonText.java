package io.felucca.client;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes maps, lists, strings, numbers, booleans and null as JSON, indented with tabs as Docker's command does. */
final class JsonText {

    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String of(Object value) {
        JsonText text = new JsonText();
        text.value(value, "\n");
        return text.out.toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            out.append('{');
            while (entries.hasNext()) {
                Map.Entry<?, ?> entry = entries.next();
                out.append(line).append('\t');
                StartFrame.quote(out, (String) entry.getKey());
                out.append(": ");
                value(entry.getValue(), line + "\t");
                out.append(entries.hasNext() ? "," : line);
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            Iterator<?> elements = list.iterator();
            out.append('[');
            while (elements.hasNext()) {
                out.append(line).append('\t');
                value(elements.next(), line + "\t");
                out.append(elements.hasNext() ? "," : line);
            }
            out.append(']');
        } else if (value instanceof String text) {
            StartFrame.quote(out, text);
        } else {
            out.append(value);
        }
    }
}

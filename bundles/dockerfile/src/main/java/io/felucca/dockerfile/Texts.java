package io.felucca.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Forms of text that Dockerfiles have, and that Docker's messages show. */
public final class Texts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Texts() {}

    /** The list that a text in JSON form is; empty when it is no JSON list. */
    static Optional<List<String>> jsonList(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        List<String> list = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw FeluccaException.invalid(
                        "when using JSON array syntax, arrays must be comprised of strings only");
            }
            list.add(item.textValue());
        }
        return Optional.of(List.copyOf(list));
    }

    /** As Go's %q. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** As Go's %q of a list. */
    static String quoted(List<String> words) {
        return words.stream().map(Texts::quoted).collect(Collectors.joining(" ", "[", "]"));
    }
}

package io.felucca.registry.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a server wants to be shown (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final int MAX_LENGTH = 16 << 10;

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Reads one {@code WWW-Authenticate}; what cannot be read is left out. */
    static List<Challenge> parse(String header) {
        return header.length() > MAX_LENGTH ? List.of() : new Reader(header).challenges();
    }

    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Challenge> challenges() {
            List<Challenge> found = new ArrayList<>();
            while (skip(" \t,")) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    return found;
                }
                Map<String, String> parameters = new LinkedHashMap<>();
                found.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                parameters(parameters);
            }
            return found;
        }

        private void parameters(Map<String, String> parameters) {
            while (skip(" \t,")) {
                int before = at;
                String name = token();
                skip(" \t");
                if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                    at = before;
                    return;
                }
                at++;
                skip(" \t");
                parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value());
            }
        }

        private String value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                return token();
            }
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        private String token() {
            int from = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at);
        }

        private boolean skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length();
        }
    }
}

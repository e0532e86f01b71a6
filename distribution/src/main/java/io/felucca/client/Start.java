package io.felucca.client;

import java.util.Map;

/** Writes the JSON of {@link Frames#START}. */
final class Start {

    private Start() {}

    static String json(
            String[] words, String cwd, String term, String lang, Terminal terminal, Map<String, String> env) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"words\":[");
        for (int i = 0; i < words.length; i++) {
            json.append(i == 0 ? "" : ",");
            quote(json, words[i]);
        }
        json.append("],\"cwd\":");
        quote(json, cwd);
        json.append(",\"term\":");
        quote(json, term == null ? "" : term);
        json.append(",\"lang\":");
        quote(json, lang == null ? "" : lang);
        json.append(",\"stdinTty\":").append(terminal.is(0));
        json.append(",\"stdoutTty\":").append(terminal.is(1));
        json.append(",\"stderrTty\":").append(terminal.is(2));
        json.append(",\"columns\":").append(terminal.columns());
        json.append(",\"rows\":").append(terminal.rows());
        json.append(",\"env\":{");
        env(json, words, env);
        return json.append("}}").toString();
    }

    /** Only variables whose name ends a word, such as {@code -e NAME} or {@code --env=NAME}: the rest is nobody's business. */
    private static void env(StringBuilder json, String[] words, Map<String, String> env) {
        boolean first = true;
        for (Map.Entry<String, String> variable : env.entrySet()) {
            for (String word : words) {
                if (!variable.getKey().isEmpty() && word.endsWith(variable.getKey())) {
                    json.append(first ? "" : ",");
                    quote(json, variable.getKey());
                    json.append(':');
                    quote(json, variable.getValue());
                    first = false;
                    break;
                }
            }
        }
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(Character.forDigit(c >> shift & 15, 16));
                }
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}

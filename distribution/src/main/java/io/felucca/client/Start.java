package io.felucca.client;

/** Writes the JSON of {@link Frames#START}. */
final class Start {

    private Start() {}

    static String json(String[] words, String cwd, String term, String lang, Terminal terminal) {
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
        return json.append('}').toString();
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

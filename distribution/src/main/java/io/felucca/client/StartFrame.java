package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes the JSON of {@link FrameTypes#START}. */
final class StartFrame {

    private static final String ENV_FILE = "--env-file";

    private StartFrame() {}

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
        env(json, words, env, namedInFiles(words, cwd));
        return json.append("}}").toString();
    }

    /**
     * Only variables whose name ends a word, such as {@code -e NAME} or {@code --env=NAME}, or a field of one
     * ({@code --secret env=NAME,id=x}), or is a line of a file given by {@code --env-file}: the engine gets no other.
     */
    private static void env(StringBuilder json, String[] words, Map<String, String> env, Set<String> inFiles) {
        boolean first = true;
        for (Map.Entry<String, String> variable : env.entrySet()) {
            String name = variable.getKey();
            if (!name.isEmpty() && (inFiles.contains(name) || Stream.of(words).anyMatch(word -> names(word, name)))) {
                json.append(first ? "" : ",");
                quote(json, name);
                json.append(':');
                quote(json, variable.getValue());
                first = false;
            }
        }
    }

    private static boolean names(String word, String variable) {
        return word.endsWith(variable) || word.contains("=" + variable + ",");
    }

    private static Set<String> namedInFiles(String[] words, String cwd) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals(ENV_FILE) && i + 1 < words.length) {
                addBareNames(Path.of(cwd, "").resolve(words[i + 1]), names);
            } else if (words[i].startsWith(ENV_FILE + "=")) {
                addBareNames(Path.of(cwd, "").resolve(words[i].substring(ENV_FILE.length() + 1)), names);
            }
        }
        return names;
    }

    /** A file that cannot be read here is told by the engine, which asks for it. */
    private static void addBareNames(Path file, Set<String> names) {
        try (Stream<String> lines = Files.lines(file)) {
            lines.map(String::stripLeading)
                    .filter(line -> !line.isEmpty() && line.indexOf('=') < 0)
                    .forEach(names::add);
        } catch (IOException | UncheckedIOException e) {
            return;
        }
    }

    static void quote(StringBuilder json, String text) {
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

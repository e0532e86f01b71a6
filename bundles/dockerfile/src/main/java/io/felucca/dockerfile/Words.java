package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Quotes and variables of a Dockerfile's words: {@code $NAME}, {@code ${NAME}} and its forms with {@code -}, {@code +}
 * and {@code ?}, with or without a colon, with {@code #}, {@code ##}, {@code %}, {@code %%}, {@code /} and {@code //}.
 * Texts of errors are those of dockerd 20.10.
 */
public final class Words {

    /** A variable that doubles itself in each line would fill any heap. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_DEPTH = 100;

    private final String word;
    private final Map<String, String> variables;
    private final char escape;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int depth;

    private Words(String word, Map<String, String> variables, char escape) {
        this.word = word;
        this.variables = variables;
        this.escape = escape;
    }

    /** The word without its quotes, variables replaced. @throws FeluccaException INVALID with Docker's text */
    public static String expand(String word, Map<String, String> variables, char escape) {
        return new Words(word, variables, escape).toEnd('\0').out.toString();
    }

    /** The text with its variables replaced and all else, quotes too, as it is: what a here-document has. */
    public static String expandText(String text, Map<String, String> variables, char escape) {
        Words words = new Words(text, variables, escape);
        while (words.at < text.length()) {
            char c = text.charAt(words.at++);
            if (c == '$') {
                words.add(words.variable());
            } else if (c == escape && words.at < text.length() && "$\\".indexOf(text.charAt(words.at)) >= 0) {
                words.out.append(text.charAt(words.at++));
            } else {
                words.out.append(c);
            }
        }
        return words.out.toString();
    }

    /** Cuts at white space outside quotes; quotes and escapes stay in the words. */
    static List<String> split(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                continue;
            }
            if (c == escape && quote != '\'' && i + 1 < text.length()) {
                word.append(c);
                c = text.charAt(++i);
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            word.append(c);
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private Words toEnd(char stop) {
        while (at < word.length() && word.charAt(at) != stop) {
            char c = word.charAt(at++);
            if (c == '\'') {
                singleQuoted();
            } else if (c == '"') {
                doubleQuoted();
            } else if (c == '$') {
                add(variable());
            } else if (c == escape && at < word.length()) {
                out.append(word.charAt(at++));
            } else {
                out.append(c);
            }
        }
        return this;
    }

    private void add(String value) {
        if (out.length() + value.length() > MAX_LENGTH) {
            throw FeluccaException.invalid("failed to process a word: it becomes longer than " + MAX_LENGTH
                    + " characters; use shorter variables");
        }
        out.append(value);
    }

    private void singleQuoted() {
        int end = word.indexOf('\'', at);
        if (end < 0) {
            throw failed("unexpected end of statement while looking for matching single-quote");
        }
        out.append(word, at, end);
        at = end + 1;
    }

    private void doubleQuoted() {
        while (at < word.length()) {
            char c = word.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '$') {
                add(variable());
            } else if (c == escape
                    && at < word.length()
                    && (word.charAt(at) == '"' || word.charAt(at) == '$' || word.charAt(at) == escape)) {
                out.append(word.charAt(at++));
            } else {
                out.append(c);
            }
        }
        throw failed("unexpected end of statement while looking for matching double-quote");
    }

    private String variable() {
        if (at < word.length() && word.charAt(at) == '{') {
            at++;
            return braced();
        }
        String name = name();
        return name.isEmpty() ? "$" : variables.getOrDefault(name, "");
    }

    private String braced() {
        if (at >= word.length() || word.charAt(at) == '}') {
            throw failed("syntax error: bad substitution");
        }
        String name = name();
        if (at >= word.length()) {
            throw failed("missing ':' in substitution");
        }
        boolean colon = word.charAt(at) == ':';
        if (colon) {
            at++;
        }
        char operator = at < word.length() ? word.charAt(at++) : '\0';
        if (operator == '}' && !colon) {
            return variables.getOrDefault(name, "");
        }
        String value = variables.get(name);
        if (!colon && "#%/".indexOf(operator) >= 0) {
            return cut(operator, value == null ? "" : value);
        }
        if (operator == '\0' || "-+?".indexOf(operator) < 0) {
            throw failed("unsupported modifier (" + operator + ") in substitution");
        }
        String other = part('}');
        boolean present = value != null && !(colon && value.isEmpty());
        return switch (operator) {
            case '-' -> present ? value : other;
            case '+' -> present ? other : "";
            default -> {
                if (!present) {
                    throw failed(name + ": " + (other.isEmpty() ? "is not allowed to be unset" : other));
                }
                yield value;
            }
        };
    }

    private String cut(char operator, String value) {
        boolean twice = at < word.length() && word.charAt(at) == operator;
        if (twice) {
            at++;
        }
        if (operator == '/') {
            ShellPattern pattern = ShellPattern.of(part('/'));
            return pattern.replace(value, part('}'), twice);
        }
        ShellPattern pattern = ShellPattern.of(part('}'));
        if (operator == '#') {
            int end = pattern.prefixEnd(value, twice);
            return end < 0 ? value : value.substring(end);
        }
        int begin = pattern.suffixBegin(value, twice);
        return begin < 0 ? value : value.substring(0, begin);
    }

    /** What stands before the next {@code stop}, expanded. */
    private String part(char stop) {
        if (++depth > MAX_DEPTH) {
            throw FeluccaException.invalid("failed to process a word: variables are nested deeper than " + MAX_DEPTH);
        }
        int begin = out.length();
        toEnd(stop);
        if (at >= word.length()) {
            throw failed("syntax error: missing '" + stop + "'");
        }
        at++;
        depth--;
        String found = out.substring(begin);
        out.setLength(begin);
        return found;
    }

    private String name() {
        int begin = at;
        if (at < word.length() && Character.isDigit(word.charAt(at))) {
            return word.substring(begin, ++at);
        }
        while (at < word.length() && isNamePart(word.charAt(at))) {
            at++;
        }
        return word.substring(begin, at);
    }

    private static boolean isNamePart(char c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private FeluccaException failed(String reason) {
        return FeluccaException.invalid("failed to process " + Texts.quoted(word) + ": " + reason);
    }
}

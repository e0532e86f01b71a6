package io.felucca.images.config;

import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Quotes and variables of a Dockerfile's words: {@code $NAME}, {@code ${NAME}} and its forms with {@code -}, {@code +}
 * and {@code ?}, with or without a colon. Texts of errors are those of dockerd 20.10.
 */
final class ShellWord {

    private final String word;
    private final Map<String, String> variables;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private ShellWord(String word, Map<String, String> variables) {
        this.word = word;
        this.variables = variables;
    }

    /** The word without its quotes, variables replaced. */
    static String expand(String word, Map<String, String> variables) {
        return new ShellWord(word, variables).toEnd('\0').out.toString();
    }

    /** Cuts at white space outside quotes; quotes and escapes stay in the words. */
    static List<String> split(String text) {
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
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
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

    private ShellWord toEnd(char stop) {
        while (at < word.length() && word.charAt(at) != stop) {
            char c = word.charAt(at++);
            switch (c) {
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '$' -> out.append(variable());
                case '\\' -> {
                    if (at < word.length()) {
                        out.append(word.charAt(at++));
                    } else {
                        out.append(c);
                    }
                }
                default -> out.append(c);
            }
        }
        return this;
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
                out.append(variable());
            } else if (c == '\\' && at < word.length() && "\"$\\".indexOf(word.charAt(at)) >= 0) {
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
        if (operator == '\0' || "-+?".indexOf(operator) < 0) {
            throw failed("unsupported modifier (" + operator + ") in substitution");
        }
        int begin = out.length();
        toEnd('}');
        if (at >= word.length()) {
            throw failed("syntax error: missing '}'");
        }
        at++;
        String other = out.substring(begin);
        out.setLength(begin);
        String value = variables.get(name);
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
        return FeluccaException.invalid("failed to process " + Instruction.quoted(word) + ": " + reason);
    }
}

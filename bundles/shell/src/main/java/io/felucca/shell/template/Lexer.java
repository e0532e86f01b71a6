package io.felucca.shell.template;

import io.felucca.FeluccaException;
import io.felucca.shell.template.Token.Type;
import java.util.ArrayList;
import java.util.List;

/** Cuts a template into tokens (Go's text/template, "Text and spaces", "Actions"). */
final class Lexer {

    private static final String LEFT = "{{";
    private static final String RIGHT = "}}";

    private final String input;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int parens;

    private Lexer(String input) {
        this.input = input;
    }

    static List<Token> tokens(String input) {
        Lexer lexer = new Lexer(input);
        lexer.text(false);
        return lexer.tokens;
    }

    private void text(boolean trimStart) {
        boolean trim = trimStart;
        while (true) {
            int left = input.indexOf(LEFT, position);
            int end = left < 0 ? input.length() : left;
            String text = input.substring(position, end);
            if (trim) {
                String stripped = text.stripLeading();
                position += text.length() - stripped.length();
                text = stripped;
            }
            boolean trimRight = left >= 0
                    && input.startsWith("-", left + 2)
                    && left + 3 < input.length()
                    && Character.isWhitespace(input.charAt(left + 3));
            add(Type.TEXT, trimRight ? text.stripTrailing() : text);
            position = end;
            if (left < 0) {
                add(Type.END, "");
                return;
            }
            int content = left + 2 + (trimRight ? 2 : 0);
            if (input.startsWith("/*", content)) {
                trim = comment(content);
                continue;
            }
            add(Type.LEFT_DELIMITER, LEFT);
            position = left + 2 + (trimRight ? 1 : 0);
            trim = action();
        }
    }

    /** @return whether the space after it is trimmed */
    private boolean comment(int start) {
        int close = input.indexOf("*/", start);
        if (close < 0) {
            throw error("unclosed comment");
        }
        int after = close + 2;
        if (input.startsWith(RIGHT, after)) {
            position = after + 2;
            return false;
        }
        if (after < input.length()
                && Character.isWhitespace(input.charAt(after))
                && input.startsWith("-" + RIGHT, after + 1)) {
            position = after + 4;
            return true;
        }
        throw error("comment ends before closing delimiter");
    }

    /** @return whether the space after it is trimmed */
    private boolean action() {
        parens = 0;
        while (true) {
            if (position >= input.length()) {
                throw error("unclosed action");
            }
            char c = input.charAt(position);
            if (Character.isWhitespace(c) && input.startsWith("-" + RIGHT, position + 1)) {
                position++;
                checkParens();
                add(Type.RIGHT_DELIMITER, RIGHT);
                position += 3;
                return true;
            }
            if (input.startsWith(RIGHT, position)) {
                checkParens();
                add(Type.RIGHT_DELIMITER, RIGHT);
                position += 2;
                return false;
            }
            token(c);
        }
    }

    private void checkParens() {
        if (parens > 0) {
            throw error("unclosed left paren");
        }
    }

    private void token(char c) {
        if (Character.isWhitespace(c)) {
            int end = position;
            while (end < input.length()
                    && Character.isWhitespace(input.charAt(end))
                    && !input.startsWith("-" + RIGHT, end + 1)) {
                end++;
            }
            take(Type.SPACE, Math.max(end, position + 1));
        } else if (c == '|') {
            take(Type.PIPE, position + 1);
        } else if (input.startsWith(":=", position)) {
            take(Type.DECLARE, position + 2);
        } else if (c == ':') {
            throw error("expected :=");
        } else if (c == '=') {
            take(Type.ASSIGN, position + 1);
        } else if (c == ',') {
            take(Type.COMMA, position + 1);
        } else if (c == '"' || c == '`' || c == '\'') {
            quoted(c);
        } else if (c == '(') {
            parens++;
            take(Type.LEFT_PAREN, position + 1);
        } else if (c == ')') {
            parens--;
            if (parens < 0) {
                throw error("unexpected right paren");
            }
            take(Type.RIGHT_PAREN, position + 1);
        } else if (c == '.' && !digit(position + 1)) {
            int end = word(position + 1);
            take(end == position + 1 ? Type.DOT : Type.FIELD, end);
        } else if (c == '$') {
            take(Type.VARIABLE, word(position + 1));
        } else if (c == '.' || digit(position) || (c == '-' || c == '+') && digit(position + 1)) {
            number();
        } else if (Character.isLetter(c) || c == '_') {
            take(Type.IDENTIFIER, word(position));
        } else {
            take(Type.OTHER, position + 1);
        }
    }

    private boolean digit(int at) {
        return at < input.length() && Character.isDigit(input.charAt(at));
    }

    private int word(int from) {
        int end = from;
        while (end < input.length() && (Character.isLetterOrDigit(input.charAt(end)) || input.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private void number() {
        int end = position + 1;
        while (end < input.length()
                && (Character.isLetterOrDigit(input.charAt(end)) || ".+-_".indexOf(input.charAt(end)) >= 0)) {
            end++;
        }
        take(Type.NUMBER, end);
    }

    private void quoted(char quote) {
        int end = position + 1;
        while (end < input.length() && input.charAt(end) != quote) {
            if (input.charAt(end) == '\n' && quote != '`') {
                break;
            }
            end += input.charAt(end) == '\\' && quote != '`' ? 2 : 1;
        }
        if (end >= input.length() || input.charAt(end) != quote) {
            throw error(
                    quote == '`'
                            ? "unterminated raw quoted string"
                            : quote == '"' ? "unterminated quoted string" : "unterminated character constant");
        }
        take(quote == '\'' ? Type.CHARACTER : Type.STRING, end + 1);
    }

    private void take(Type type, int end) {
        add(type, input.substring(position, end));
        position = end;
    }

    private void add(Type type, String text) {
        tokens.add(new Token(type, text, position, line()));
    }

    private int line() {
        return 1
                + (int) input.substring(0, Math.min(position, input.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    private FeluccaException error(String text) {
        return FeluccaException.invalid("template: :" + line() + ": " + text);
    }
}

package io.felucca.shell.template;

/** Values of constants. */
final class Literals {

    private Literals() {}

    /** @throws IllegalArgumentException with Go's words */
    static Object value(Token token) {
        String text = token.text();
        return switch (token.type()) {
            case STRING -> text.charAt(0) == '`' ? text.substring(1, text.length() - 1) : unquote(text);
            case CHARACTER -> (long) unquote(text).codePointAt(0);
            default -> number(text);
        };
    }

    private static Object number(String text) {
        String digits = text.replace("_", "");
        try {
            return Long.decode(digits);
        } catch (NumberFormatException notWhole) {
            try {
                return Double.valueOf(digits);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("bad number syntax: \"" + text + "\"", e);
            }
        }
    }

    private static String unquote(String quoted) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = quoted.charAt(++i);
            switch (c) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'a' -> text.append('\u0007');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'v' -> text.append('\u000b');
                case '\\', '"', '\'' -> text.append(c);
                case 'x', 'u', 'U' -> {
                    int length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                    if (i + length >= quoted.length()) {
                        throw new IllegalArgumentException("invalid syntax");
                    }
                    try {
                        text.appendCodePoint(Integer.parseInt(quoted, i + 1, i + 1 + length, 16));
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("invalid syntax", e);
                    }
                    i += length;
                }
                default -> throw new IllegalArgumentException("invalid syntax");
            }
        }
        return text.toString();
    }
}

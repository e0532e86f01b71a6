package io.felucca.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of paths: {@code *} and {@code ?} stop at a slash, {@code **} does not, {@code [a-z]} is a class,
 * {@code \} takes the next for itself. All states are followed at once, so that no pattern takes more than its length by
 * the path's.
 */
public final class PathPattern {

    private enum Kind {
        LITERAL,
        ANY,
        CLASS,
        /** Any number of characters without a slash. */
        SEGMENT,
        /** Any number of characters. */
        DEEP,
        /** Takes nothing: the folders after it may be left out. */
        OPTION,
        /** Any number of characters, and a slash. */
        FOLDERS
    }

    private record Token(Kind kind, char literal, String set, boolean negated) {
        boolean takes(char c) {
            return switch (kind) {
                case LITERAL -> c == literal;
                case ANY, SEGMENT -> c != '/';
                case CLASS -> c != '/' && contains(c) != negated;
                case DEEP, FOLDERS -> true;
                case OPTION -> false;
            };
        }

        private boolean contains(char c) {
            for (int i = 0; i < set.length(); i += 2) {
                if (c >= set.charAt(i) && c <= set.charAt(i + 1)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final Token[] tokens;

    private PathPattern(List<Token> tokens) {
        this.tokens = tokens.toArray(Token[]::new);
    }

    /** @throws IllegalArgumentException for a class that does not end, or a backslash at the end */
    public static PathPattern of(String pattern) {
        List<Token> tokens = new ArrayList<>();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c == '*' && i < pattern.length() && pattern.charAt(i) == '*') {
                while (i < pattern.length() && pattern.charAt(i) == '*') {
                    i++;
                }
                boolean folders = i < pattern.length() && pattern.charAt(i) == '/';
                i += folders ? 1 : 0;
                if (folders) {
                    tokens.add(new Token(Kind.OPTION, '\0', "", false));
                }
                tokens.add(new Token(folders ? Kind.FOLDERS : Kind.DEEP, '\0', "", false));
            } else if (c == '*') {
                tokens.add(new Token(Kind.SEGMENT, '\0', "", false));
            } else if (c == '?') {
                tokens.add(new Token(Kind.ANY, '\0', "", false));
            } else if (c == '[') {
                i = addClass(pattern, i, tokens);
            } else if (c == '\\') {
                if (i == pattern.length()) {
                    throw new IllegalArgumentException("syntax error in pattern");
                }
                tokens.add(new Token(Kind.LITERAL, pattern.charAt(i++), "", false));
            } else {
                tokens.add(new Token(Kind.LITERAL, c, "", false));
            }
        }
        return new PathPattern(tokens);
    }

    private static int addClass(String pattern, int from, List<Token> tokens) {
        int i = from;
        boolean negated = i < pattern.length() && pattern.charAt(i) == '^';
        i += negated ? 1 : 0;
        StringBuilder set = new StringBuilder();
        while (i < pattern.length() && (pattern.charAt(i) != ']' || set.isEmpty())) {
            char low = pattern.charAt(i);
            if (low == '\\' && i + 1 < pattern.length()) {
                low = pattern.charAt(++i);
            }
            char high = low;
            i++;
            if (i + 1 < pattern.length() && pattern.charAt(i) == '-' && pattern.charAt(i + 1) != ']') {
                high = pattern.charAt(i + 1);
                i += 2;
            }
            set.append(low).append(high);
        }
        if (i >= pattern.length()) {
            throw new IllegalArgumentException("syntax error in pattern");
        }
        tokens.add(new Token(Kind.CLASS, '\0', set.toString(), negated));
        return i + 1;
    }

    /** Whether a word has anything that a pattern has and a path does not. */
    public static boolean isPattern(String word) {
        return word.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    public boolean matches(String path) {
        BitSet states = new BitSet(tokens.length + 1);
        states.set(0);
        passEmpty(states);
        for (int at = 0; at < path.length() && !states.isEmpty(); at++) {
            char c = path.charAt(at);
            BitSet next = new BitSet(tokens.length + 1);
            for (int i = states.nextSetBit(0); i >= 0 && i < tokens.length; i = states.nextSetBit(i + 1)) {
                Token token = tokens[i];
                if (!token.takes(c)) {
                    continue;
                }
                boolean stays =
                        token.kind() == Kind.SEGMENT || token.kind() == Kind.DEEP || token.kind() == Kind.FOLDERS;
                if (stays) {
                    next.set(i);
                }
                if (!stays || token.kind() == Kind.FOLDERS && c == '/') {
                    next.set(i + 1);
                }
            }
            passEmpty(next);
            states = next;
        }
        return states.get(tokens.length);
    }

    /** What may stand for nothing leads on without a character. */
    private void passEmpty(BitSet states) {
        for (int i = 0; i < tokens.length; i++) {
            if (!states.get(i)) {
                continue;
            }
            if (tokens[i].kind() == Kind.SEGMENT || tokens[i].kind() == Kind.DEEP) {
                states.set(i + 1);
            } else if (tokens[i].kind() == Kind.OPTION) {
                states.set(i + 1);
                states.set(i + 2);
            }
        }
    }
}

package io.felucca.dockerfile;

import java.util.Arrays;

/**
 * A shell pattern ({@code *}, {@code ?}, {@code \} before what stands for itself) in the time of its length by the
 * text's: all its states are followed at once, nothing is tried again.
 */
final class ShellPattern {

    private static final int ANY = -1;
    private static final int MANY = -2;

    private final int[] tokens;

    private ShellPattern(int[] tokens) {
        this.tokens = tokens;
    }

    static ShellPattern of(String pattern) {
        int[] tokens = new int[pattern.length()];
        int count = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                if (count == 0 || tokens[count - 1] != MANY) {
                    tokens[count++] = MANY;
                }
            } else if (c == '?') {
                tokens[count++] = ANY;
            } else if (c == '\\' && i + 1 < pattern.length()) {
                tokens[count++] = pattern.charAt(++i);
            } else {
                tokens[count++] = c;
            }
        }
        return new ShellPattern(Arrays.copyOf(tokens, count));
    }

    private ShellPattern reversed() {
        int[] turned = new int[tokens.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = tokens[tokens.length - 1 - i];
        }
        return new ShellPattern(turned);
    }

    /** Where the shortest or the longest beginning that fits ends; -1 for none. */
    int prefixEnd(String text, boolean longest) {
        int[] match = find(text, 0, true, longest);
        return match == null ? -1 : match[1];
    }

    /** Where the shortest or the longest end that fits begins; -1 for none. */
    int suffixBegin(String text, boolean longest) {
        int end = reversed().prefixEnd(new StringBuilder(text).reverse().toString(), longest);
        return end < 0 ? -1 : text.length() - end;
    }

    String replace(String text, String replacement, boolean all) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (from <= text.length()) {
            int[] match = find(text, from, false, true);
            if (match == null || match[0] == match[1]) {
                break;
            }
            out.append(text, from, match[0]).append(replacement);
            from = match[1];
            if (!all) {
                break;
            }
        }
        return out.append(text.substring(Math.min(from, text.length()))).toString();
    }

    /** The leftmost match as begin and end, null for none. Each state remembers the earliest begin that leads to it. */
    private int[] find(String text, int from, boolean anchored, boolean longest) {
        int none = Integer.MAX_VALUE;
        int[] states = new int[tokens.length + 1];
        Arrays.fill(states, none);
        int[] best = null;
        for (int at = from; at <= text.length(); at++) {
            if (best == null && (at == from || !anchored)) {
                states[0] = Math.min(states[0], at);
            }
            boolean alive = false;
            for (int i = 0; i < tokens.length; i++) {
                if (tokens[i] == MANY) {
                    states[i + 1] = Math.min(states[i + 1], states[i]);
                }
                alive |= states[i] != none;
            }
            int begin = states[tokens.length];
            if (begin != none && (best == null || begin <= best[0])) {
                best = new int[] {begin, at};
                if (!longest) {
                    return best;
                }
            }
            if (at == text.length() || best != null && !alive || anchored && !alive) {
                break;
            }
            char c = text.charAt(at);
            int[] next = new int[states.length];
            Arrays.fill(next, none);
            for (int i = 0; i < tokens.length; i++) {
                if (states[i] == none || best != null && states[i] > best[0]) {
                    continue;
                }
                if (tokens[i] == MANY) {
                    next[i] = Math.min(next[i], states[i]);
                } else if (tokens[i] == ANY || tokens[i] == c) {
                    next[i + 1] = Math.min(next[i + 1], states[i]);
                }
            }
            states = next;
        }
        return best;
    }
}

package io.felucca.images.query;

import io.felucca.FeluccaException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Go's path.Match: {@code *} and {@code ?} stop at a slash. */
final class Glob {

    private Glob() {}

    /** @throws FeluccaException INVALID for a pattern that is none */
    static Pattern compile(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    int end = glob.indexOf(']', i + 1);
                    if (end < 0) {
                        throw invalid();
                    }
                    regex.append('[').append(glob, i + 1, end).append(']');
                    i = end;
                }
                case '\\' -> {
                    if (++i == glob.length()) {
                        throw invalid();
                    }
                    regex.append(Pattern.quote(glob.substring(i, i + 1)));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString());
        } catch (PatternSyntaxException e) {
            throw invalid();
        }
    }

    private static FeluccaException invalid() {
        return FeluccaException.invalid("syntax error in pattern");
    }
}

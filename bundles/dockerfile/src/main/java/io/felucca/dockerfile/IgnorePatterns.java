package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The patterns of a {@code .dockerignore}, with Docker's rules: the last that fits a path or a folder above it decides. */
public final class IgnorePatterns {

    public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private record Rule(PathPattern pattern, boolean exception) {}

    private final List<Rule> rules;

    private IgnorePatterns(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** @throws FeluccaException INVALID with Docker's text */
    public static IgnorePatterns parse(String text) {
        List<Rule> rules = new ArrayList<>();
        String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        for (String line : plain.split("\r?\n")) {
            if (line.startsWith("#")) {
                continue;
            }
            String word = line.strip();
            if (word.isEmpty()) {
                continue;
            }
            boolean exception = word.startsWith("!");
            if (exception) {
                word = word.substring(1).strip();
                if (word.isEmpty()) {
                    throw FeluccaException.invalid("illegal exclusion pattern: \"!\"");
                }
            }
            String cleaned = clean(word);
            if (cleaned.equals(".")) {
                continue;
            }
            try {
                rules.add(new Rule(PathPattern.of(cleaned), exception));
            } catch (IllegalArgumentException e) {
                throw new FeluccaException(FeluccaException.Kind.INVALID, "syntax error in pattern", e);
            }
        }
        return new IgnorePatterns(rules);
    }

    /** As Go's filepath.Clean, and without a slash at the beginning. */
    static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/+")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(part.equals("..") && path.startsWith("/"))) {
                parts.addLast(part);
            }
        }
        return parts.isEmpty() ? "." : String.join("/", parts);
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Whether something below an ignored folder may be wanted all the same. */
    public boolean hasExceptions() {
        return rules.stream().anyMatch(Rule::exception);
    }

    /** @param path relative, with slashes, without one at its ends */
    public boolean ignores(String path) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if (rule.exception() == ignored && fits(rule.pattern(), path)) {
                ignored = !rule.exception();
            }
        }
        return ignored;
    }

    private static boolean fits(PathPattern pattern, String path) {
        if (pattern.matches(path)) {
            return true;
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (pattern.matches(path.substring(0, slash))) {
                return true;
            }
        }
        return false;
    }
}

package io.felucca.itests.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a program did.
 *
 * @param words that it was called with, for messages
 */
public record Result(List<String> words, int exit, byte[] outBytes, byte[] errBytes) {

    public String out() {
        return new String(outBytes, StandardCharsets.UTF_8);
    }

    public String err() {
        return new String(errBytes, StandardCharsets.UTF_8);
    }

    /** Standard output without its last newline. */
    public String line() {
        String out = out();
        return out.endsWith("\n") ? out.substring(0, out.length() - 1) : out;
    }

    public List<String> lines() {
        return out().lines().toList();
    }

    /** @throws AssertionError with all that it wrote unless it ended with 0 */
    public Result requireOk() {
        return requireExit(0);
    }

    public Result requireExit(int code) {
        if (exit != code) {
            throw new AssertionError("expected exit code " + code + ": " + this);
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", words) + "\nexit " + exit + "\nstdout: " + out() + "\nstderr: " + err();
    }
}

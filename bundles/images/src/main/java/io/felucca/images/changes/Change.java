package io.felucca.images.changes;

import java.nio.charset.StandardCharsets;

/**
 * A difference of an upper view to its lower one.
 *
 * @param path bytes, with a leading slash
 */
public record Change(Kind kind, byte[] path) {

    public enum Kind {
        MODIFIED('C'),
        ADDED('A'),
        DELETED('D');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        public char letter() {
            return letter;
        }
    }

    /** As docker diff prints it. */
    @Override
    public String toString() {
        return kind.letter() + " " + new String(path, StandardCharsets.UTF_8);
    }
}

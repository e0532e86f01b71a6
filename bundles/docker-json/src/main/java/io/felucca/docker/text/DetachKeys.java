package io.felucca.docker.text;

import io.felucca.FeluccaException;
import java.io.ByteArrayOutputStream;

/** The keys that end an attachment and leave the container running: {@code ctrl-p,ctrl-q} unless others are chosen. */
public final class DetachKeys {

    private static final String STANDARD = "ctrl-p,ctrl-q";

    private final byte[] keys;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /**
     * @param words null or empty for the standard ones; a comma-separated list of characters and {@code ctrl-} with a
     *     letter or one of {@code @ ^ [ , _}
     * @throws FeluccaException INVALID with the docker command's text
     */
    public static DetachKeys parse(String words) {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        for (String word : (words == null || words.isEmpty() ? STANDARD : words).split(",")) {
            if (word.length() == 1) {
                keys.write(word.charAt(0));
            } else if (word.length() == 6 && word.startsWith("ctrl-")) {
                char key = word.charAt(5);
                if (key >= 'a' && key <= 'z') {
                    keys.write(key - 'a' + 1);
                } else if (key == '@') {
                    keys.write(0);
                } else if (key >= '[' && key <= '_') {
                    keys.write(key - '[' + 27);
                } else {
                    throw wrong(words, word);
                }
            } else {
                throw wrong(words, word);
            }
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static FeluccaException wrong(String words, String word) {
        return FeluccaException.invalid("invalid detach keys (" + words + "): Unknown character: '" + word + "'");
    }

    /** For one client's input. */
    public Scanner scanner() {
        return new Scanner(keys);
    }

    /** Looks for the keys in input that comes in pieces. What may be their beginning is held back until it is known. */
    public static final class Scanner {

        private final byte[] keys;
        private int matched;
        private boolean found;

        private Scanner(byte[] keys) {
            this.keys = keys;
        }

        /** @return what is to be passed on of these bytes and of those held back */
        public byte[] pass(byte[] bytes, int length) {
            ByteArrayOutputStream passed = new ByteArrayOutputStream(length + matched);
            for (int i = 0; i < length && !found; i++) {
                if (bytes[i] == keys[matched]) {
                    matched++;
                    found = matched == keys.length;
                    continue;
                }
                passed.write(keys, 0, matched);
                matched = bytes[i] == keys[0] ? 1 : 0;
                if (matched == 0) {
                    passed.write(bytes[i]);
                } else if (keys.length == 1) {
                    found = true;
                }
            }
            return passed.toByteArray();
        }

        /** Whether the keys have come; what follows them is not passed on. */
        public boolean found() {
            return found;
        }
    }
}

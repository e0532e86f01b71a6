package io.felucca.shell.build;

import java.util.regex.Pattern;

/** Makes text of a build's files and containers fit to be shown within a line of a terminal. */
final class Shown {

    private static final int MAX_CHARS = 1_000;
    /** Sequences that move the cursor, colour or name things (ECMA-48: CSI, OSC, others of two characters). */
    private static final Pattern SEQUENCES =
            Pattern.compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|.)?");

    private static final Pattern CONTROLS = Pattern.compile("\\s*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+\\s*");

    private Shown() {}

    /** Without control characters and sequences; a line break is a space. */
    static String line(String text) {
        String cut = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
        String plain = SEQUENCES.matcher(cut).replaceAll("");
        return CONTROLS.matcher(plain).replaceAll(" ").strip();
    }
}

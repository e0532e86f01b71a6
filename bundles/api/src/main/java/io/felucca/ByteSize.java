package io.felucca;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them to Docker, in the two ways that docker/go-units reads them; each option has one of them. */
public final class ByteSize {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kmgtp])?i?b?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgtp";

    private ByteSize() {}

    /**
     * Bytes of {@code 10}, {@code 10k}, {@code 1.5 MiB}: a number, and k, m, g, t or p for powers of 1024, with b or ib
     * behind it or not (RAMInBytes: memory, and the sizes of storage drivers).
     *
     * @throws FeluccaException INVALID, in Docker's words
     */
    public static long parse(String text) {
        return parse(text, 1024);
    }

    /**
     * As {@link #parse}, with powers of 1000, ib or not (FromHumanSize: the sizes of logs).
     *
     * @throws FeluccaException INVALID, in Docker's words
     */
    public static long parseDecimal(String text) {
        return parse(text, 1000);
    }

    private static long parse(String text, long step) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw FeluccaException.invalid("invalid size: '" + text + "'");
        }
        String unit = matcher.group(2);
        int power = unit == null ? 0 : UNITS.indexOf(Character.toLowerCase(unit.charAt(0))) + 1;
        return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(step, power));
    }
}

package io.felucca;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them to Docker (docker/go-units' RAMInBytes). */
public final class ByteSize {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(?:([kKmMgGtTpP])?[iI]?[bB]?)");
    private static final String UNITS = "kmgtp";

    private ByteSize() {}

    /**
     * Bytes of {@code 10}, {@code 10k}, {@code 1.5 MiB}: a number, and k, m, g, t or p for powers of 1024, with b or ib
     * behind it or not.
     *
     * @throws FeluccaException INVALID, in Docker's words
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw FeluccaException.invalid("invalid size: '" + text + "'");
        }
        String unit = matcher.group(2);
        int power = unit == null ? 0 : UNITS.indexOf(Character.toLowerCase(unit.charAt(0))) + 1;
        return (long) (Double.parseDouble(matcher.group(1)) * (1L << 10 * power));
    }
}

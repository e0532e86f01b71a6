package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1m30s}, {@code 1.5h}. */
public final class GoDuration {

    private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]*)([^0-9.]*)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /** @throws FeluccaException INVALID with Go's text */
    public static long nanos(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            part.region(at, rest.length());
            if (!part.lookingAt() || part.group(1).isEmpty() || part.group(1).equals(".")) {
                throw invalid(text);
            }
            String unit = part.group(2);
            if (unit.isEmpty()) {
                throw FeluccaException.invalid("time: missing unit in duration " + Texts.quoted(text));
            }
            if (!UNITS.containsKey(unit)) {
                throw FeluccaException.invalid(
                        "time: unknown unit " + Texts.quoted(unit) + " in duration " + Texts.quoted(text));
            }
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(UNITS.get(unit))));
            at = part.end();
        }
        if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text);
        }
        return negative ? -sum.longValue() : sum.longValue();
    }

    private static FeluccaException invalid(String text) {
        return FeluccaException.invalid("time: invalid duration " + Texts.quoted(text));
    }
}

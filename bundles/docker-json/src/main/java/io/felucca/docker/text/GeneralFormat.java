package io.felucca.docker.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Sizes as docker/go-units writes them, by Go's {@code %.Ng}.
 *
 * @param base of the units' steps
 * @param units smallest first
 */
record GeneralFormat(int base, String... units) {

    static final GeneralFormat DECIMAL = new GeneralFormat(1000, "B", "kB", "MB", "GB", "TB", "PB", "EB");
    static final GeneralFormat BINARY = new GeneralFormat(1024, "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    String format(long bytes, int digits) {
        double size = bytes;
        int unit = 0;
        while (size >= base && unit < units.length - 1) {
            size /= base;
            unit++;
        }
        return general(size, digits) + units[unit];
    }

    /** So many significant digits, no closing zeros, an exponent where the digits do not reach. */
    private static String general(double value, int digits) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (rounded.signum() == 0 || exponent < digits) {
            return stripped.toPlainString();
        }
        String mantissa = stripped.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return mantissa + "e+" + (exponent < 10 ? "0" : "") + exponent;
    }
}

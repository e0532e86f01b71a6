package io.felucca.shell.command;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Forms of values that Docker's options take. */
public final class Values {

    private Values() {}

    /** {@code 512m}, {@code 1.5g}, {@code 64MiB}: units of 1024. */
    public static long bytes(String text) {
        try {
            return ByteSize.parse(text);
        } catch (FeluccaException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** {@code --disable-content-trust}: signatures of images are never verified, so only true can be had. */
    public static final class WithoutContentTrust implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String text) {
            if (!text.equalsIgnoreCase("true") && !text.equals("1") && !text.equalsIgnoreCase("t")) {
                throw new TypeConversionException(
                        "signatures of images are not verified by this version of felucca: leave the option out");
            }
            return true;
        }
    }

    /** An option's size in bytes. */
    public static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return bytes(text);
        }
    }

    /** A size in bytes, or -1 for no limit. */
    public static final class BytesOrUnlimited implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return text.equals("-1") ? -1L : Long.valueOf(bytes(text));
        }
    }

    /** A duration in Go's form, {@code 1m30s}, as nanoseconds. */
    public static final class Nanos implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            if (digits.equals("0")) {
                return 0L;
            }
            long nanos = Timestamp.duration(digits)
                    .orElseThrow(() -> new TypeConversionException("time: invalid duration \"" + text + "\""))
                    .toNanos();
            return negative ? -nanos : nanos;
        }
    }

    /** A decimal number of processors, as nanoseconds of processor time a second. */
    public static final class NanoCpus implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            BigDecimal number;
            try {
                number = new BigDecimal(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("failed to parse " + text + " as a rational number");
            }
            BigDecimal nanos = number.movePointRight(9).stripTrailingZeros();
            if (nanos.scale() > 0) {
                throw new TypeConversionException("value is too precise");
            }
            return nanos.longValueExact();
        }
    }
}

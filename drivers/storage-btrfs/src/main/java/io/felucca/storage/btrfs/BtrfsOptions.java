package io.felucca.storage.btrfs;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/** @param minSpaceBytes no layer has a smaller limit; Docker's {@code btrfs.min_space} */
record BtrfsOptions(long minSpaceBytes) {

    private static final String MIN_SPACE = "min_space";
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

    /** @throws FeluccaException INVALID for an option that is none, and for a size that is none */
    static BtrfsOptions of(Map<String, String> options) {
        long minSpaceBytes = 0;
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (!option.getKey().equals(MIN_SPACE)) {
                throw FeluccaException.invalid(
                        "unknown storage option btrfs." + option.getKey() + ": btrfs knows btrfs." + MIN_SPACE);
            }
            minSpaceBytes = ByteSize.parse(option.getValue());
        }
        return new BtrfsOptions(minSpaceBytes);
    }

    /** @throws FeluccaException INVALID for a limit that is too small, in Docker's words */
    void check(long limitBytes) {
        if (limitBytes < minSpaceBytes) {
            throw FeluccaException.invalid("btrfs: storage size cannot be less than " + human(minSpaceBytes));
        }
    }

    /** As docker/go-units' HumanSize: powers of 1000, four digits. */
    private static String human(long bytes) {
        int unit = 0;
        double size = bytes;
        while (size >= 1000 && unit < UNITS.size() - 1) {
            size /= 1000;
            unit++;
        }
        BigDecimal rounded = new BigDecimal(size).round(new MathContext(4));
        return rounded.stripTrailingZeros().toPlainString() + UNITS.get(unit);
    }
}

package io.felucca.log.local;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import io.felucca.log.spi.DeliveryMode;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the {@code --log-opt} pairs of local (docs.docker.com, "Local file logging driver") and refuses them with the texts
 * of dockerd 20.10. A malformed value is refused at create, while dockerd takes it there and fails at start.
 */
final class LocalLogOptions {

    private static final long MAX_BYTES = 20 << 20;
    private static final int MAX_FILES = 5;
    private static final Set<String> NAMES = Set.of("max-file", "max-size", "compress");
    private static final String FAILED = "failed to initialize logging driver: ";
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private LocalLogOptions() {}

    static Retention read(Map<String, String> given) {
        for (String name : new TreeMap<>(given).keySet()) {
            if (!NAMES.contains(name) && !DeliveryMode.NAMES.contains(name)) {
                throw FeluccaException.invalid("unknown log opt '" + name + "' for log driver local");
            }
        }
        DeliveryMode.check(given);
        long maxBytes = given.containsKey("max-size") ? maxBytes(given.get("max-size")) : MAX_BYTES;
        int maxFiles = given.containsKey("max-file") ? maxFiles(given.get("max-file")) : MAX_FILES;
        boolean compress = compress(given.get("compress"), maxFiles);
        return new Retention(true, maxBytes, maxFiles, false, true, compress);
    }

    private static long maxBytes(String text) {
        long size;
        try {
            size = ByteSize.parseDecimal(text);
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    e.kind(), FAILED + "invalid value for max-size: " + text + ": " + e.getMessage(), e);
        }
        // Sizes beyond 64 bits are read as the largest one, which would be no bound.
        if (size == 0 || size == Long.MAX_VALUE) {
            throw FeluccaException.invalid(FAILED + "invalid value for max-size: " + text + ": it must be positive");
        }
        return size;
    }

    private static int maxFiles(String text) {
        int files;
        try {
            files = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    FAILED + "invalid value for max-file: " + text + ": strconv.Atoi: parsing \"" + text
                            + "\": invalid syntax",
                    e);
        }
        if (files < 1) {
            throw FeluccaException.invalid(FAILED + "invalid value for max-file: " + text + ": it must be positive");
        }
        return files;
    }

    /** @param text null for what is not given, which is true and so refused for one file */
    private static boolean compress(String text, int maxFiles) {
        if (text != null && FALSE.contains(text)) {
            return false;
        }
        if (text != null && !TRUE.contains(text)) {
            throw FeluccaException.invalid(FAILED + "error reading compress log option: strconv.ParseBool: parsing \""
                    + text + "\": invalid syntax");
        }
        if (maxFiles == 1) {
            throw FeluccaException.invalid(FAILED + "compression cannot be enabled when max file count is 1");
        }
        return true;
    }
}

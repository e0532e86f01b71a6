package io.felucca.log.json.file;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import io.felucca.log.spi.DeliveryMode;
import io.felucca.log.spi.LogDriver.Retention;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads the {@code --log-opt} pairs of json-file (docs.docker.com, "JSON File logging driver"). Unknown names and modes
 * are refused with the texts of dockerd 20.10. A malformed number is refused here too, while dockerd takes it at create
 * and fails at start, with the same text.
 */
final class JsonFileOptions {

    private static final Set<String> NAMES =
            Set.of("max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag");
    private static final String FAILED = "failed to initialize logging driver: ";
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private final long maxBytesByDefault;
    private final int maxFilesByDefault;

    JsonFileOptions(String maxSize, int maxFiles) {
        this.maxBytesByDefault = maxBytes(maxSize);
        this.maxFilesByDefault = maxFiles(Integer.toString(maxFiles));
    }

    Retention read(Map<String, String> given) {
        for (String name : new TreeMap<>(given).keySet()) {
            if (!NAMES.contains(name) && !DeliveryMode.NAMES.contains(name)) {
                throw FeluccaException.invalid("unknown log opt '" + name + "' for json-file log driver");
            }
        }
        DeliveryMode.check(given);
        checkPattern(given.get("labels-regex"));
        checkPattern(given.get("env-regex"));
        long maxBytes = given.containsKey("max-size") ? maxBytes(given.get("max-size")) : maxBytesByDefault;
        int maxFiles = given.containsKey("max-file")
                ? maxFiles(given.get("max-file"))
                : given.containsKey("max-size") ? 1 : maxFilesByDefault;
        boolean compress = given.containsKey("compress") && compress(given.get("compress"), given, maxFiles);
        return new Retention(true, maxBytes, maxFiles, false, false, compress);
    }

    private static void checkPattern(String pattern) {
        if (pattern == null) {
            return;
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    FAILED + "error parsing regexp: " + e.getDescription() + ": `" + pattern + "`",
                    e);
        }
    }

    private static long maxBytes(String text) {
        if (text.equals("-1")) {
            return -1;
        }
        long size = size(text);
        // Sizes beyond 64 bits are read as the largest one, which would be no bound.
        if (size == 0 || size == Long.MAX_VALUE) {
            throw FeluccaException.invalid(FAILED + "max-size must be a positive number");
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
                    FAILED + "strconv.Atoi: parsing \"" + text + "\": invalid syntax",
                    e);
        }
        if (files < 1) {
            throw FeluccaException.invalid(FAILED + "max-file cannot be less than 1");
        }
        return files;
    }

    /** dockerd refuses it where no size or one file is asked for, whatever the bounds are when nothing is said. */
    private static boolean compress(String text, Map<String, String> given, int maxFiles) {
        if (FALSE.contains(text)) {
            return false;
        }
        if (!TRUE.contains(text)) {
            throw FeluccaException.invalid(FAILED + "strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
        }
        if (maxFiles == 1 || given.getOrDefault("max-size", "-1").equals("-1")) {
            throw FeluccaException.invalid(
                    FAILED + "compress cannot be true when max-file is less than 2 or max-size is not set");
        }
        return true;
    }

    private static long size(String text) {
        try {
            return ByteSize.parseDecimal(text);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), FAILED + e.getMessage(), e);
        }
    }
}

package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What a volume may be called, with the texts of dockerd 20.10. */
final class VolumeNames {

    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
    /** Of a file name; a snapshot's has room behind it. */
    private static final int LENGTH_MAX = 200;

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSS").withZone(ZoneOffset.UTC);
    private static final int SNAPSHOT_LENGTH_MAX = 50;

    private VolumeNames() {}

    /**
     * @param snapshot empty for one named by the time
     * @throws FeluccaException INVALID
     */
    static String snapshot(String volume, String snapshot) {
        String name = snapshot.isEmpty() ? TIME.format(Instant.now()) : snapshot;
        if (!FORM.matcher(name).matches() || name.length() > SNAPSHOT_LENGTH_MAX) {
            throw FeluccaException.invalid(
                    "\"" + name + "\" is no name for a snapshot: only [a-zA-Z0-9][a-zA-Z0-9_.-] are" + " allowed, and "
                            + SNAPSHOT_LENGTH_MAX + " characters");
        }
        return volume + VolumeRecord.SNAPSHOT + name;
    }

    static String anonymous() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** @throws FeluccaException INVALID */
    static void check(String name) {
        if (name.length() == 1) {
            throw FeluccaException.invalid("create " + name
                    + ": volume name is too short, names should be at least two alphanumeric characters");
        }
        if (!FORM.matcher(name).matches()) {
            throw FeluccaException.invalid("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        if (name.length() > LENGTH_MAX) {
            throw FeluccaException.invalid(
                    "create " + name + ": volume name is too long, it has more than " + LENGTH_MAX + " characters");
        }
    }
}

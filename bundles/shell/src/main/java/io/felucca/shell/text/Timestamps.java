package io.felucca.shell.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Times as Docker's columns write them. */
public final class Timestamps {

    private static final DateTimeFormatter COLUMN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xx zzz");

    private Timestamps() {}

    /** {@code 2026-11-24 13:19:49 +0000 UTC}, as columns have it. */
    public static String column(Instant time) {
        return COLUMN.format(time.atZone(ZoneId.systemDefault()));
    }
}

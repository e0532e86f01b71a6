package io.felucca.containers.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/**
 * A line of conmon's k8s-file log (2.1.6, as seen): {@code 2026-11-24T13:18:31.822626894+00:00 stdout F text}. The text
 * is any bytes but a newline.
 *
 * @param partial whether the process's line goes on in the next one
 */
record SpoolLine(Instant time, boolean stderr, boolean partial, byte[] text) {

    /** Empty for what is no such line: the rest of one that a crash of the machine cut. */
    static Optional<SpoolLine> parse(byte[] line, int length) {
        int space = indexOf(line, 0, length);
        int second = space < 0 ? -1 : indexOf(line, space + 1, length);
        int third = second < 0 ? -1 : indexOf(line, second + 1, length);
        if (third != second + 2) {
            // A line without text ends after its flag.
            third = second > 0 && length == second + 2 ? length : -1;
        }
        if (third < 0) {
            return Optional.empty();
        }
        try {
            Instant time = time(line, space);
            boolean stderr = second - space == 7 && line[space + 4] == 'e';
            byte[] text = third >= length ? new byte[0] : Arrays.copyOfRange(line, third + 1, length);
            return Optional.of(new SpoolLine(time, stderr, line[second + 1] == 'P', text));
        } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** By hand: a log of millions of lines is parsed. */
    private static Instant time(byte[] line, int end) {
        if (line[4] != '-' || line[10] != 'T' || line[19] != '.') {
            throw new DateTimeException("not a time");
        }
        long day = LocalDate.of(number(line, 0, 4), number(line, 5, 7), number(line, 8, 10))
                .toEpochDay();
        long seconds = day * 86_400 + number(line, 11, 13) * 3600L + number(line, 14, 16) * 60L + number(line, 17, 19);
        int at = 20;
        long nanos = 0;
        int digits = 0;
        for (; at < end && line[at] >= '0' && line[at] <= '9'; at++, digits++) {
            nanos = nanos * 10 + line[at] - '0';
        }
        for (; digits < 9; digits++) {
            nanos *= 10;
        }
        if (at < end && line[at] != 'Z') {
            int offset = number(line, at + 1, at + 3) * 3600 + number(line, at + 4, at + 6) * 60;
            seconds -= line[at] == '-' ? -offset : offset;
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static int number(byte[] line, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (line[i] < '0' || line[i] > '9') {
                throw new NumberFormatException("not a digit");
            }
            number = number * 10 + line[i] - '0';
        }
        return number;
    }

    private static int indexOf(byte[] line, int from, int length) {
        for (int i = from; i < length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}

package io.felucca.containers.logs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings the files that a monitor has left within a number of bytes, whatever it wrote before it was told to leave them.
 * The rest that is kept begins with a whole line of each stream. A file is replaced by its rest, so that a reader that has it
 * open reads all of it.
 */
final class SpoolTrimmer {

    /** The time, the stream and the flag of an entry have 45 bytes at most. */
    private static final int HEADER_BYTES = 64;
    /** In the end of a file of this size there are entries of each stream that was written to lately. */
    private static final long END_BYTES = 64 * 1024;

    private SpoolTrimmer() {}

    /** By more than a quarter: a little more than asked for is not worth a copy. */
    static boolean exceeds(long bytes, long bound) {
        return bytes > bound + bound / 4;
    }

    /** @param files the oldest first */
    static void bound(List<Path> files, long bytes) throws IOException {
        long excess = -bytes;
        for (Path file : files) {
            excess += Files.size(file);
        }
        if (!exceeds(excess + bytes, bytes)) {
            return;
        }
        Set<Boolean> open = Set.of();
        for (Path file : files) {
            long size = Files.size(file);
            long over = Math.max(0, excess);
            // A compressed file goes as a whole: how many bytes a line takes in it is not known.
            if (over == 0 || size > over && !SpoolCompression.isCompressed(file)) {
                if (over > 0 || !open.isEmpty()) {
                    cut(file, open, over);
                }
                return;
            }
            open = openAtEnd(file);
            Files.delete(file);
            excess -= size;
        }
    }

    /** The streams (true: stderr) whose last entry does not end its line. */
    static Set<Boolean> openAtEnd(Path file) throws IOException {
        Entries entries = new Entries(Set.of());
        try (FileChannel channel = SpoolCompression.open(file)) {
            long from = Math.max(0, channel.size() - END_BYTES);
            channel.position(from);
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            if (from > 0) {
                new Entries(Set.of()).read(in); // The rest of one.
            }
            while (entries.read(in) > 0) {}
        }
        return entries.open;
    }

    /**
     * Drops at least that many bytes of a file's beginning, and what goes on with a line that began before it.
     *
     * @param open the streams whose line began in a file before
     */
    static void cut(Path file, Set<Boolean> open, long bytes) throws IOException {
        Entries entries = new Entries(open);
        long place = 0;
        long first = -1;
        try (FileChannel channel = SpoolCompression.open(file);
                InputStream in = new BufferedInputStream(Channels.newInputStream(channel))) {
            while (place < bytes || !entries.open.isEmpty()) {
                long length = entries.read(in);
                if (length <= 0) {
                    // A line that is longer than all that is kept is kept in part.
                    place = Math.max(0, first);
                    break;
                }
                place += length;
                if (first < 0 && place >= bytes) {
                    first = place;
                }
            }
            if (place > 0) {
                replace(file, channel, place);
            }
        }
    }

    private static void replace(Path file, FileChannel old, long from) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".cut");
        try {
            SpoolCompression.write(old, from, beside, SpoolCompression.isCompressed(file), file);
            Files.move(beside, file, ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** Reads over entries, and knows which streams are inside a line. */
    private static final class Entries {

        private final Set<Boolean> open;
        private final byte[] header = new byte[HEADER_BYTES];

        Entries(Set<Boolean> open) {
            this.open = new HashSet<>(open);
        }

        /** @return the bytes of the entry; 0 when no whole one is there */
        long read(InputStream in) throws IOException {
            long length = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (length < header.length) {
                    header[(int) length] = (byte) b;
                }
                length++;
                if (b == '\n') {
                    note((int) Math.min(length - 1, header.length));
                    return length;
                }
            }
            return 0;
        }

        private void note(int length) {
            SpoolLine.parse(header, length).ifPresent(entry -> {
                if (entry.partial()) {
                    open.add(entry.stderr());
                } else {
                    open.remove(entry.stderr());
                }
            });
        }
    }
}

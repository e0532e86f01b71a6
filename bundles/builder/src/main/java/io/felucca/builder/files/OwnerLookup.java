package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Owners of {@code --chown}: numbers, or names out of the image's own files, of which no code is run. */
public final class OwnerLookup {

    private static final String PREFIX = "unable to convert uid/gid chown string to host mapping: ";
    /** Longer files are refused, not read. */
    private static final int MAX_BYTES = 1 << 20;

    private OwnerLookup() {}

    public record Owner(int uid, int gid) {}

    /** @throws FeluccaException INVALID with Docker's text */
    public static Owner find(Directory root, String text) {
        String[] parts = text.split(":", 2);
        String group = parts.length == 1 || parts[1].isEmpty() ? parts[0] : parts[1];
        return new Owner(
                number(parts[0])
                        .or(() -> look(root, "etc/passwd", parts[0]))
                        .orElseThrow(() -> FeluccaException.invalid(
                                PREFIX + "can't find uid for user " + parts[0] + ": no such user: " + parts[0])),
                number(group)
                        .or(() -> look(root, "etc/group", group))
                        .orElseThrow(() -> FeluccaException.invalid(
                                PREFIX + "can't find gid for group " + group + ": no such group: " + group)));
    }

    private static Optional<Integer> number(String text) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(text));
    }

    private static Optional<Integer> look(Directory root, String path, String name) {
        for (String line : read(root, path).split("\n")) {
            String[] fields = line.split(":");
            if (fields.length > 2 && fields[0].equals(name)) {
                return number(fields[2]);
            }
        }
        return Optional.empty();
    }

    private static String read(Directory root, String path) {
        byte[] name = path.getBytes(StandardCharsets.US_ASCII);
        try (OpenFile seen = root.open(name, Resolve.IN_ROOT, Open.PATH, 0)) {
            if (!seen.stat().isRegular() || seen.stat().sizeBytes() > MAX_BYTES) {
                return "";
            }
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return "";
            }
            throw e;
        }
        try (OpenFile file = root.open(name, Resolve.IN_ROOT, Open.READ | Open.NON_BLOCKING, 0)) {
            if (!file.stat().isRegular()) {
                return "";
            }
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
            int read;
            do {
                read = file.readAt(buffer, buffer.position());
            } while (read > 0 && buffer.hasRemaining());
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }
}

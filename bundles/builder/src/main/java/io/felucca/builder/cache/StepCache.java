package io.felucca.builder.cache;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which image a step made of which, by the parent's id, which covers all of its layers and its configuration, and the step.
 * An image that only looks alike has another id, and so never serves. A file a step, its name the key.
 */
public final class StepCache {

    private final Path folder;

    public StepCache(Path folder) {
        this.folder = folder;
        RecordFile.makeFolder(folder);
    }

    /** @param parts of what the step is; each is set apart from the next */
    public static String key(MessageDigest digest, Optional<Digest> parent, List<String> parts) {
        List<String> all = new ArrayList<>(List.of(parent.map(Digest::value).orElse("scratch")));
        all.addAll(parts);
        for (String part : all) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Finds what a step made; empty also when the image has gone.
     *
     * @param hold keeps the image; throws NOT_FOUND when it has gone
     */
    public Optional<Digest> find(String key, UnaryOperator<Digest> hold) {
        Path file = folder.resolve(key);
        try {
            String text = Files.readString(file).strip();
            if (!Digest.matches(text)) {
                return Optional.empty();
            }
            Digest image = hold.apply(new Digest(text));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(image);
        } catch (IOException e) {
            return Optional.empty();
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Two builds may have made the same step at once. */
    public synchronized void put(String key, Digest image) {
        RecordFile.replace(folder.resolve(key), (image.value() + "\n").getBytes(StandardCharsets.US_ASCII), false);
    }

    /** @param lastUsed when a build made it, or found it made */
    record Known(String key, Digest image, Instant lastUsed) {}

    /** All steps, the one that was used last first; a parent's step may come before or after its children's. */
    synchronized List<Known> known() {
        List<Known> known = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                read(file).ifPresent(known::add);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the builder's cache " + folder + ": " + e, e);
        }
        known.sort(Comparator.comparing(Known::lastUsed).reversed());
        return known;
    }

    private static Optional<Known> read(Path file) throws IOException {
        try {
            String text = Files.readString(file).strip();
            Instant used = Files.getLastModifiedTime(file).toInstant();
            return Digest.matches(text)
                    ? Optional.of(new Known(file.getFileName().toString(), new Digest(text), used))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    synchronized void forget(String key) {
        try {
            Files.deleteIfExists(folder.resolve(key));
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove a step from the builder's cache " + folder + ": " + e, e);
        }
    }
}

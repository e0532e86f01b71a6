package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.archive.Compression;
import io.felucca.images.archive.LayerSize;
import io.felucca.images.content.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What each layer takes when unpacked, by diff id: a cache in files that may be deleted at any time, since the blobs
 * tell it again. Thread-safe.
 */
public final class LayerSizes {

    private final Path folder;
    private final Blobs blobs;
    private final Map<Digest, Long> known = new ConcurrentHashMap<>();

    public LayerSizes(Path folder, Blobs blobs) {
        this.folder = folder;
        this.blobs = blobs;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + folder + ": " + e.getMessage(), e);
        }
    }

    public void put(Digest diffId, long sizeBytes) {
        if (Long.valueOf(sizeBytes).equals(known.put(diffId, sizeBytes))) {
            return;
        }
        Path file = folder.resolve(diffId.hex());
        Path temporary = folder.resolve(diffId.hex() + ".tmp");
        try {
            Files.writeString(temporary, Long.toString(sizeBytes), StandardCharsets.US_ASCII);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads the layer when the size is not known yet. */
    public long get(Digest diffId, Digest blob) {
        Long size = known.get(diffId);
        if (size == null) {
            OptionalLong stored = stored(diffId);
            size = stored.isPresent() ? stored.getAsLong() : measure(blob);
            put(diffId, size);
        }
        return size;
    }

    void forget(Digest diffId) {
        known.remove(diffId);
        try {
            Files.deleteIfExists(folder.resolve(diffId.hex()));
        } catch (IOException e) {
            throw FeluccaException.system("cannot delete " + folder.resolve(diffId.hex()) + ": " + e.getMessage(), e);
        }
    }

    /** Deletes what is known of other layers. */
    void retain(Collection<Digest> diffIds) {
        Set<String> names = diffIds.stream().map(Digest::hex).collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (!names.contains(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot clean " + folder + ": " + e.getMessage(), e);
        }
    }

    /** A file that a crash cut is as good as none. */
    private OptionalLong stored(Digest diffId) {
        try {
            return OptionalLong.of(
                    Long.parseLong(Files.readString(folder.resolve(diffId.hex()), StandardCharsets.US_ASCII)));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private long measure(Digest blob) {
        try (InputStream in = blobs.open(blob);
                Compression.Opened layer = Compression.open(in)) {
            return LayerSize.measure(layer.plain());
        } catch (IOException e) {
            throw FeluccaException.system("cannot read layer " + blob + ": " + e.getMessage(), e);
        }
    }
}

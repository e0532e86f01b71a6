package io.felucca.builder.run;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Images;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which image a step made of which, by the parent's id, which covers all of its layers and its configuration, and the step.
 * An image that only looks alike has another id, and so never serves. A file a step, its name the key.
 */
final class StepCache {

    private final Path folder;
    private final Images images;

    StepCache(Path folder, Images images) {
        this.folder = folder;
        this.images = images;
        RecordFile.makeFolder(folder);
    }

    /** @param parts of what the step is; each is set apart from the next */
    static String key(MessageDigest digest, Optional<Digest> parent, List<String> parts) {
        List<String> all = new ArrayList<>(List.of(parent.map(Digest::value).orElse("scratch")));
        all.addAll(parts);
        for (String part : all) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Empty also when the image has gone. */
    Optional<Digest> find(String key) {
        Path file = folder.resolve(key);
        try {
            String text = Files.readString(file).strip();
            if (!Digest.matches(text)) {
                return Optional.empty();
            }
            return Optional.of(images.get(text).id());
        } catch (IOException e) {
            return Optional.empty();
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void put(String key, Digest image) {
        RecordFile.replace(folder.resolve(key), (image.value() + "\n").getBytes(StandardCharsets.US_ASCII), false);
    }

    /** Forgets all; gives the images that it knew. */
    List<Digest> clear() {
        List<Digest> known = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String text = Files.readString(file).strip();
                if (Digest.matches(text)) {
                    known.add(new Digest(text));
                }
                Files.delete(file);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot clear the builder's cache " + folder + ": " + e, e);
        }
        return known;
    }
}

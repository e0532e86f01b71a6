package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds images by what users type: a reference, an id, or an id's beginning. */
public final class ImageLookup {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,64}");
    private static final int FULL_LENGTH = 64;

    private final Catalog catalog;

    public ImageLookup(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @throws FeluccaException NOT_FOUND with Docker's text; INVALID for what is no name, or the beginning of several ids
     */
    public Digest resolve(String name) {
        if (HEX.matcher(name).matches() && name.length() == FULL_LENGTH) {
            return byId(Digest.ofHex(name));
        }
        if (Digest.matches(name)) {
            return byId(new Digest(name));
        }
        ImageReference reference = ImageReference.parse(name);
        Optional<IndexEntry> entry = find(reference);
        return entry.isPresent()
                ? entry.get().imageId()
                : byPrefix(name).orElseThrow(() -> FeluccaException.notFound("No such image: " + reference.familiar()));
    }

    /** A reference with both a tag and a digest is found by the digest, as Docker does. */
    public Optional<IndexEntry> find(ImageReference reference) {
        if (!reference.digest().isEmpty()) {
            ImageReference digested = new ImageReference(reference.domain(), reference.path(), "", reference.digest());
            return catalog.find(digested);
        }
        return catalog.find(reference);
    }

    private Digest byId(Digest id) {
        if (catalog.entriesOf(id).isEmpty()) {
            throw FeluccaException.notFound("No such image: " + id);
        }
        return id;
    }

    private Optional<Digest> byPrefix(String name) {
        String prefix = name.startsWith("sha256:") ? name.substring("sha256:".length()) : name;
        if (!HEX.matcher(prefix).matches()) {
            return Optional.empty();
        }
        List<Digest> found = catalog.imageIds().stream()
                .filter(id -> id.hex().startsWith(prefix))
                .toList();
        if (found.size() > 1) {
            throw FeluccaException.invalid("Multiple IDs found with provided prefix: " + name);
        }
        return found.stream().findFirst();
    }

    /** True when the text is the image's id or its beginning, and so no reference. */
    public static boolean isPrefixOf(String text, Digest id) {
        String lower = text.toLowerCase(Locale.ROOT);
        return !lower.isEmpty() && (id.value().startsWith(lower) || id.hex().startsWith(lower));
    }
}

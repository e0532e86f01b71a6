package io.felucca.shell.image;

import io.felucca.images.Images;
import java.util.List;

/** What is said of images. */
public final class ImageWords {

    private ImageWords() {}

    /** A line for each name and image that went, as dockerd's answer has them. */
    public static List<String> removed(List<Images.Removed> removed) {
        return removed.stream()
                .map(one -> one.deleted().isEmpty() ? "untagged: " + one.untagged() : "deleted: " + one.deleted())
                .toList();
    }
}

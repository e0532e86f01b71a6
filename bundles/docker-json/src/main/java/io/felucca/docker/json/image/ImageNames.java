package io.felucca.docker.json.image;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.images.Image;
import io.felucca.images.Images;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a list of containers shows as their images: the name each was made from, or the id once the name means another. */
public final class ImageNames {

    /** @param sizeBytes 0 when the image is gone */
    public record Named(String name, long sizeBytes) {}

    private final Images images;
    private final Map<String, Named> known = new HashMap<>();

    public ImageNames(Images images) {
        this.images = images;
    }

    /** Every name of every image. */
    public static List<String> all(Images images) {
        return images.list(false, Map.of()).stream()
                .flatMap(image -> image.tags().stream())
                .toList();
    }

    public Named of(Container container) {
        String name = container.config().image();
        return known.computeIfAbsent(name + " " + container.image(), key -> find(name, container));
    }

    private Named find(String name, Container container) {
        try {
            Image byId = images.get(container.image().value());
            try {
                boolean same = images.get(name).id().equals(container.image());
                return new Named(same ? name : container.image().shortHex(), byId.sizeBytes());
            } catch (FeluccaException e) {
                return new Named(container.image().shortHex(), byId.sizeBytes());
            }
        } catch (FeluccaException e) {
            return new Named(name, 0);
        }
    }
}

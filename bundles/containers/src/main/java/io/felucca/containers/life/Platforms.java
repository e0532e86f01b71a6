package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.images.Image;

/** Whether an image is of the platform that {@code --platform} asks for. */
final class Platforms {

    private Platforms() {}

    /** @param platform {@code os}, {@code arch} or {@code os/arch[/variant]} */
    static void check(Image image, String name, String platform) {
        String[] parts = platform.split("/");
        boolean osAlone = parts.length == 1 && parts[0].equals(image.os());
        boolean archAlone = parts.length == 1 && parts[0].equals(image.architecture());
        boolean both = parts.length >= 2
                && parts[0].equals(image.os())
                && parts[1].equals(image.architecture())
                && (parts.length == 2 || image.variant().isEmpty() || parts[2].equals(image.variant()));
        if (!osAlone && !archAlone && !both) {
            throw FeluccaException.notFound("image with reference " + name
                    + " was found but does not match the specified platform: wanted " + platform + ", actual: "
                    + image.os() + "/" + image.architecture());
        }
    }
}

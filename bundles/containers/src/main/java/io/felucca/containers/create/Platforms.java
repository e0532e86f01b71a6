package io.felucca.containers.create;

import io.felucca.FeluccaException;
import io.felucca.images.Image;
import java.util.Set;

/** Whether an image is of the platform that {@code --platform} asks for. */
final class Platforms {

    private static final Set<String> SYSTEMS = Set.of("linux", "windows", "darwin", "freebsd");
    private static final Set<String> ARCHITECTURES =
            Set.of("386", "amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x", "mips64le", "loong64");

    private Platforms() {}

    /** @throws FeluccaException INVALID for what is no platform at all; null and empty are any */
    static void requireKnown(String platform) {
        if (platform == null || platform.isEmpty()) {
            return;
        }
        String[] parts = platform.split("/");
        if (parts.length > 3) {
            throw FeluccaException.invalid("\"" + platform + "\": cannot parse platform specifier: invalid argument");
        }
        if (parts.length == 1 && !SYSTEMS.contains(parts[0]) && !ARCHITECTURES.contains(parts[0])) {
            throw FeluccaException.invalid(
                    "\"" + platform + "\": unknown operating system or architecture: invalid argument");
        }
    }

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

package io.felucca.builder.run;

import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Images that stages begin with. */
final class Bases {

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9_]+(/[a-z0-9_]+(/[a-z0-9_]+)?)?");

    private final Images images;

    Bases(Images images) {
        this.images = images;
    }

    /** @param platform empty for any */
    Stage stage(String name, String platform, char escape) {
        if (name.equals("scratch")) {
            return new Stage(Optional.empty(), withPath(ImageConfig.EMPTY), "", escape);
        }
        Image image = image(name, platform);
        return new Stage(Optional.of(image.id()), withPath(image.config()), image.author(), escape);
    }

    private static ImageConfig withPath(ImageConfig config) {
        if (config.env().stream().anyMatch(pair -> pair.startsWith("PATH="))) {
            return config;
        }
        List<String> env = new ArrayList<>(List.of(PATH));
        env.addAll(config.env());
        return new ImageConfig(
                config.user(),
                config.exposedPorts(),
                env,
                config.entrypoint(),
                config.cmd(),
                config.volumes(),
                config.workingDir(),
                config.labels(),
                config.stopSignal(),
                config.onBuild(),
                config.shell(),
                config.healthcheck());
    }

    /** @throws FeluccaException INVALID for no reference, NOT_FOUND for an image that is not here */
    Image image(String name, String platform) {
        Image image;
        try {
            image = images.get(name);
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                throw e;
            }
            throw new FeluccaException(
                    e.kind(),
                    "cannot build on " + ImageReference.parse(name).familiar()
                            + ": it is not here, and this builder does not pull; pull, load or import the image",
                    e);
        }
        requirePlatform(image, name, platform);
        return image;
    }

    private static void requirePlatform(Image image, String name, String platform) {
        if (platform.isEmpty()) {
            return;
        }
        if (!PLATFORM.matcher(platform).matches()) {
            throw FeluccaException.invalid("\"" + platform + "\" is an invalid component of \"" + platform
                    + "\": platform specifier component must match \"^[A-Za-z0-9_-]+$\": invalid argument");
        }
        String[] parts = platform.split("/");
        boolean os = parts[0].equals(image.os()) || parts.length == 1 && parts[0].equals(image.architecture());
        boolean architecture = parts.length == 1 || parts[1].equals(image.architecture());
        if (!os || !architecture) {
            throw FeluccaException.invalid(
                    "image with reference " + name + " was found but does not match the specified "
                            + "platform: wanted " + platform + ", actual: " + image.os() + "/" + image.architecture());
        }
    }
}

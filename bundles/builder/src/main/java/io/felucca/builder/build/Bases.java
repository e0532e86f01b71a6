package io.felucca.builder.build;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.stage.Stage;
import io.felucca.builder.work.Services;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Images that stages begin with, or copy from: each found, or pulled, once a build. Thread-safe. */
final class Bases {

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9_]+(/[a-z0-9_]+(/[a-z0-9_]+)?)?");

    private final Images images;
    private final Supplier<Registry> registry;
    private final Request request;
    private final UnaryOperator<Digest> hold;
    private final Map<String, CompletableFuture<Digest>> found = new ConcurrentHashMap<>();

    /** @param hold keeps an image as long as the build runs; throws NOT_FOUND for one that has just gone */
    Bases(Services services, Request request, UnaryOperator<Digest> hold) {
        images = services.images();
        registry = services.registry();
        this.request = request;
        this.hold = hold;
    }

    /** @param platform empty for any */
    Stage stage(String name, String platform, char escape, Output output) {
        if (name.equals("scratch")) {
            return new Stage(Optional.empty(), withPath(ImageConfig.EMPTY), "", escape);
        }
        Image image = image(name, platform, output);
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

    /**
     * An image that is here; else, or where the request wants it, one that is pulled.
     *
     * @throws FeluccaException INVALID for no reference, and what {@link Registry#pull} throws
     */
    Image image(String name, String platform, Output output) {
        CompletableFuture<Digest> mine = new CompletableFuture<>();
        CompletableFuture<Digest> first = found.putIfAbsent(name + " " + platform, mine);
        if (first != null) {
            return images.get(waited(first).value());
        }
        try {
            Image image = request.pull()
                    ? pulled(name, platform, output)
                    : here(name).orElseGet(() -> pulled(name, platform, output));
            requirePlatform(image, name, platform);
            mine.complete(image.id());
            return image;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** Waits for the stage that finds it: a pull ends with its build. */
    private static Digest waited(CompletableFuture<Digest> first) {
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FeluccaException failure) {
                throw new FeluccaException(failure.kind(), failure.getMessage(), failure);
            }
            throw e;
        }
    }

    @SuppressWarnings("ReturnValueIgnored") // The image is held.
    private Optional<Image> here(String name) {
        try {
            Image image = images.get(name);
            hold.apply(image.id());
            return Optional.of(image);
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Image pulled(String name, String platform, Output output) {
        ImageReference reference = ImageReference.parse(name);
        Digest id = registry.get()
                .pull(reference, platform, request.logins().apply(reference), new Pulling(output))
                .image();
        return images.get(hold.apply(id).value());
    }

    /** A pull for a build, which ends with it. */
    private record Pulling(Output output, Progress to) implements Progress {

        Pulling(Output output) {
            this(output, output.transfers());
        }

        @Override
        public void status(String id, String text) {
            to.status(id, text);
        }

        @Override
        public void bytes(String id, String action, long current, long total) {
            to.bytes(id, action, current, total);
        }

        @Override
        public boolean isCancelled() {
            return !output.wantsMore();
        }
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

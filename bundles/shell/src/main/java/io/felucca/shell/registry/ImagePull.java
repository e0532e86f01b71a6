package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Pulls the image that a container is to be created from: before the creation, or when the creation finds none. Output
 * goes to standard error, because standard output is the container's. Thread-safe.
 */
public final class ImagePull {

    /** When an image is pulled. */
    public enum Policy {
        ALWAYS,
        MISSING,
        NEVER
    }

    private static final String MISSING = "No such image: ";

    private final Supplier<Registry> registry;

    /** @param registry asked for each pull; throws UNAVAILABLE while there is none */
    public ImagePull(Supplier<Registry> registry) {
        this.registry = registry;
    }

    /** What is said while the engine has no registry client. */
    public static FeluccaException noRegistry() {
        return FeluccaException.unavailable(
                "the engine's registry client is away: start the bundle io.felucca.registry, then try again");
    }

    /**
     * Creates, after a pull when the policy wants one.
     *
     * @param platform {@code linux/amd64}; empty for this machine's
     * @param quiet nothing is told of a pull
     * @throws Failed for the pull
     * @param create given the image's name; throws NOT_FOUND with {@code No such image: …}
     */
    public <T> T around(
            Function<String, T> create,
            String image,
            Policy policy,
            String platform,
            boolean quiet,
            ClientSession user) {
        if (policy == Policy.ALWAYS) {
            pull(ImageReference.parse(image), platform, quiet, user);
        }
        try {
            return create.apply(image);
        } catch (FeluccaException e) {
            Optional<ImageReference> name = policy == Policy.MISSING ? missing(image, e) : Optional.empty();
            if (name.isEmpty()) {
                throw e;
            }
            if (!quiet) {
                user.err().println("Unable to find image '" + name.get().familiar() + "' locally");
                user.err().flush();
            }
            pull(name.get(), platform, quiet, user);
            return create.apply(image);
        }
    }

    /** The name to pull, unless the creation failed otherwise or the image was given by its id. */
    private static Optional<ImageReference> missing(String image, FeluccaException failure) {
        if (failure.kind() != FeluccaException.Kind.NOT_FOUND
                || !String.valueOf(failure.getMessage()).startsWith(MISSING)
                || image.matches("(sha256:)?[0-9a-f]{64}")) {
            return Optional.empty();
        }
        return Optional.of(ImageReference.parse(image));
    }

    private void pull(ImageReference image, String platform, boolean quiet, ClientSession user) {
        Credentials credentials = RegistryLogins.of(image, user);
        TransferLines lines = quiet ? TransferLines.silent() : TransferLines.of(user, Stream.ERR);
        try {
            TransferCommand.untilGone(user, () -> registry.get().pull(image, platform, credentials, lines));
        } catch (FeluccaException e) {
            throw new Failed(lines.failure(e), e);
        }
    }

    /** A pull failed; the message is for the user as it is. */
    public static final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Failed(String message, FeluccaException cause) {
            super(message, cause);
        }
    }
}

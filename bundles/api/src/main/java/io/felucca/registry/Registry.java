package io.felucca.registry;

import io.felucca.Digest;
import io.felucca.images.ImageReference;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A client of image registries (OCI distribution-spec 1.1). Texts are dockerd's. Thread-safe. An interrupt of the
 * calling thread, an exception that a {@link Progress} throws, or its {@link Progress#isCancelled} ends the work soon; what
 * has arrived is kept for the next attempt, and a layer that another caller waits for is fetched on by that one.
 */
@ProviderType
public interface Registry {

    /** How many lines of a search are asked for when the user does not say. */
    int DEFAULT_SEARCH_LIMIT = 25;

    /**
     * Fetches one image and gives it its name.
     *
     * @param reference with a tag or a digest
     * @param platform {@code linux/amd64}; empty for this machine's
     * @throws io.felucca.FeluccaException NOT_FOUND when the registry has no such image or refuses to show it, SYSTEM
     *     when it cannot be reached or answers nonsense, UNSUPPORTED for schema 1
     */
    Pulled pull(ImageReference reference, String platform, Credentials credentials, Progress progress);

    /**
     * Fetches every image that a repository has a tag for.
     *
     * @throws io.felucca.FeluccaException as {@link #pull}
     */
    void pullAll(ImageReference repository, String platform, Credentials credentials, Progress progress);

    /**
     * Sends an image of the store to the registry that its name says.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND when the store has no such image, FORBIDDEN when the registry refuses
     */
    Pushed push(ImageReference reference, Credentials credentials, Progress progress);

    /**
     * Sends every image of the store that has a tag of a repository.
     *
     * @throws io.felucca.FeluccaException as {@link #push}
     */
    void pushAll(ImageReference repository, Credentials credentials, Progress progress);

    /**
     * Asks a registry whether it accepts a user.
     *
     * @param server a host, {@code https://index.docker.io/v1/}, or empty for Docker Hub
     * @throws io.felucca.FeluccaException FORBIDDEN when it does not, SYSTEM when it cannot be reached
     */
    void login(String server, Credentials credentials);

    /**
     * Reads an image's manifest or index without fetching the image.
     *
     * @param insecure the registry may be spoken to without verified TLS, whatever the settings say
     * @throws io.felucca.FeluccaException as {@link #pull}
     */
    Inspected inspect(ImageReference reference, boolean insecure, Credentials credentials);

    /**
     * Searches the index of a registry, Docker Hub's by default.
     *
     * @param term may begin with a registry's host
     * @param limit of the lines, 1 to 100; a registry may give more
     * @throws io.felucca.FeluccaException INVALID for a term or a limit that is none, SYSTEM when the registry cannot be
     *     reached or does not search
     */
    List<Found> search(String term, int limit, Credentials credentials);

    /** The settings in force. */
    Settings settings();

    /**
     * A user of a registry.
     *
     * @param user empty for nobody
     * @param registryToken a bearer token that the caller has already; empty for none
     */
    record Credentials(String user, String password, String identityToken, String registryToken) {

        public static final Credentials NONE = new Credentials("", "", "", "");

        public boolean isEmpty() {
            return user.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
        }

        /** Without secrets. */
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }

    /**
     * @param image its id
     * @param digest of the manifest or index that the name led to
     * @param isNew false when the name led to the same image before
     */
    record Pulled(Digest image, Digest digest, boolean isNew) {}

    /** @param digest of the manifest; {@code sizeBytes} its length */
    record Pushed(Digest digest, long sizeBytes) {}

    /**
     * @param content of the manifest or index, as it was sent
     * @param platforms {@code os/architecture/variant}, the variant perhaps empty
     */
    record Inspected(Digest digest, String mediaType, byte[] content, List<Platform> platforms) {}

    /** A platform that an image is for. */
    record Platform(String os, String architecture, String variant) {}

    /** A line of a search. */
    record Found(String name, String description, int stars, boolean official, boolean automated) {}

    /**
     * @param mirrors of Docker Hub, asked before it, in order
     * @param insecure hosts and networks that may be spoken to without verified TLS
     */
    record Settings(List<String> mirrors, List<String> insecure) {}

    /** Told how far a transfer is. Called from several threads; must not block long. */
    interface Progress {

        Progress NONE = new Progress() {
            @Override
            public void status(String id, String text) {
                // Nobody listens.
            }

            @Override
            public void bytes(String id, String action, long current, long total) {
                // Nobody listens.
            }
        };

        /** A message. @param id a short layer id, a tag, or empty */
        void status(String id, String text);

        /** @param action Docker's word, such as {@code Downloading} */
        void bytes(String id, String action, long current, long total);

        /** An image has been pushed, one of perhaps several. @param reference with its tag */
        default void pushed(ImageReference reference, Pushed pushed) {
            // Told by a status, too.
        }

        /**
         * Whether nobody waits for the transfer any more, which ends it soon, however silent the registry is. Asked often,
         * on a thread of the transfer's.
         */
        default boolean isCancelled() {
            return false;
        }
    }
}

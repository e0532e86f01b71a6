package io.felucca.embedding;

import io.felucca.images.Image;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An image to be pulled, imported or built. Each method but the last ones changes and returns this builder. Not
 * thread-safe, but for the futures that it has returned. Streams are read on the caller's thread, or by the
 * asynchronous form on one of the engine's, and are not closed.
 */
@ProviderType
public interface NewImage {

    /** @param platform such as {@code linux/arm64}; this machine's when it is not said */
    NewImage platform(String platform);

    /** For the registry that the name leads to. */
    NewImage login(String user, String password);

    /** A build argument. */
    NewImage argument(String name, String value);

    /** Told what happens, in Docker's words, a line each. Called on several threads, never two at once. */
    NewImage progress(Consumer<String> listener);

    /**
     * Fetches it from its registry.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND when the registry has no such image, SYSTEM when it cannot be reached,
     *     UNAVAILABLE without the bundle {@code io.felucca.registry}
     */
    Image pull();

    CompletableFuture<Image> pullAsync();

    /** Makes it of the archive (tar, compressed or not) of a root filesystem. */
    Image importRootfs(InputStream archive);

    /**
     * Builds it of a Dockerfile that needs no other files.
     *
     * @throws io.felucca.FeluccaException INVALID for what is wrong with the Dockerfile, SYSTEM for a step that failed,
     *     UNAVAILABLE without the bundle {@code io.felucca.builder}
     */
    Image build(String dockerfile);

    /** Builds it of an archive (tar, compressed or not) with a Dockerfile and the files that it needs. Errors as above. */
    Image build(InputStream context);

    CompletableFuture<Image> buildAsync(InputStream context);
}

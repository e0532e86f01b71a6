package io.felucca.embedding;

import io.felucca.events.Event;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The engine, as an OSGi service. It is there once the engine has its configuration and its core bundles, and goes while
 * one of these is replaced; containers run on, and {@link #get} finds them again. What is not here is in the services
 * that it stands on: {@code Containers}, {@code Images}, {@code Volumes}, {@code Networks}.
 *
 * <p>Thread-safe. Errors are {@link io.felucca.FeluccaException}s, whose kind says what is wrong: NOT_FOUND, INVALID,
 * CONFLICT, UNAVAILABLE while a driver or a bundle that is needed is away, SYSTEM for the kernel and the disk. A method
 * whose name ends with {@code Async} returns at once; its future fails with the same exceptions, and to cancel it does not
 * take back what was begun.
 */
@ProviderType
public interface Felucca {

    /** Begins a container of an image, which must be here: see {@link NewImage#pull}. Nothing is made yet. */
    NewContainer container(String image);

    /** @param name of a container, its id or a unique beginning of its id */
    ContainerHandle get(String name);

    /** All containers, newest first, those that do not run too. */
    List<ContainerHandle> containers();

    /** Begins an image of that name. Nothing is made yet. */
    NewImage image(String reference);

    /**
     * Events from now on, as they come. The stream blocks for the next one and ends when it is closed, which the caller must
     * do. It fails with UNAVAILABLE when its reader is too far behind, so that none is left out silently.
     */
    Stream<Event> events();
}

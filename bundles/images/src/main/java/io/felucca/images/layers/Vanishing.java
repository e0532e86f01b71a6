package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at what a running container may take away, or replace by something else, between two calls. */
public final class Vanishing {

    private Vanishing() {}

    /** Empty when the name is gone, or what is there now is of another kind. */
    public static <T> Optional<T> find(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Empty when there is no directory of that name (any more). */
    public static Optional<Directory> open(Directory parent, byte[] name) {
        return find(() -> parent.openDirectory(name, Resolve.NO_SYMLINKS));
    }
}

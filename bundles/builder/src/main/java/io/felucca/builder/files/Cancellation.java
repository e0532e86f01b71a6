package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.function.BooleanSupplier;

/** The end of a build that nobody wants any more, in dockerd's words. */
public final class Cancellation {

    private Cancellation() {}

    public static FeluccaException exception() {
        return exception(null);
    }

    /** @param cause what ended a wait; null for nothing */
    public static FeluccaException exception(Throwable cause) {
        return new FeluccaException(Kind.UNAVAILABLE, "Build cancelled", cause);
    }

    /** @throws FeluccaException UNAVAILABLE unless the build is wanted still */
    public static void check(BooleanSupplier wanted) {
        if (!wanted.getAsBoolean()) {
            throw exception();
        }
    }
}

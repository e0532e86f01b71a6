package io.felucca.docker.api.http;

import io.felucca.FeluccaException;

/** The one place where a kind of error becomes an HTTP status. */
final class Statuses {

    private Statuses() {}

    static int of(FeluccaException.Kind kind) {
        return switch (kind) {
            case NOT_MODIFIED -> 304;
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case SYSTEM -> 500;
            case UNSUPPORTED -> 501;
            case UNAVAILABLE -> 503;
        };
    }
}

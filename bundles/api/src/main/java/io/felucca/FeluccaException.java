package io.felucca;

import java.util.Optional;

/**
 * The one exception of the engine. A message says what was attempted, on which id or path, what came back and, where
 * there is one, the remedy. Front ends map the {@link Kind} to an HTTP status or an exit code; nothing else does.
 */
public final class FeluccaException extends RuntimeException {

    /** What went wrong, as far as a caller acts on it. */
    public enum Kind {
        /** No such image, container, driver… (HTTP 404). */
        NOT_FOUND,
        /** The request cannot be right, whatever the state (HTTP 400). */
        INVALID,
        /** The request is right, the state forbids it (HTTP 409). */
        CONFLICT,
        /** Already so (HTTP 304). */
        NOT_MODIFIED,
        /** This driver, kernel or build cannot do it (HTTP 501). */
        UNSUPPORTED,
        /** What is needed is away for now: a driver being swapped (HTTP 503). */
        UNAVAILABLE,
        /** The caller may not (HTTP 403). */
        FORBIDDEN,
        /** The kernel, a program or the disk failed (HTTP 500). */
        SYSTEM
    }

    /** Why a process could not be started, as far as Docker has an exit code for it. */
    public enum StartFailure {
        /** The program, or a file that the process needs for its start, is not there: exit code 127. */
        NOT_FOUND,
        /** The program is there and cannot be executed: exit code 126. */
        NOT_EXECUTABLE
    }

    private final Kind kind;
    private final StartFailure startFailure;

    public FeluccaException(Kind kind, String message) {
        this(kind, message, null, null);
    }

    public FeluccaException(Kind kind, String message, Throwable cause) {
        this(kind, message, cause, null);
    }

    private FeluccaException(Kind kind, String message, Throwable cause, StartFailure startFailure) {
        super(message, cause);
        this.kind = kind;
        this.startFailure = startFailure;
    }

    /**
     * A process that could not be started; made where the runtime's or the kernel's error is read.
     *
     * @param reason empty for what Docker has no exit code for
     * @param cause null for none
     */
    public static FeluccaException notStarted(
            Kind kind, String message, Optional<StartFailure> reason, Throwable cause) {
        return new FeluccaException(kind, message, cause, reason.orElse(null));
    }

    public Kind kind() {
        return kind;
    }

    /** Empty for every error but that of a process that could not be started. */
    public Optional<StartFailure> startFailure() {
        return Optional.ofNullable(startFailure);
    }

    public static FeluccaException notFound(String message) {
        return new FeluccaException(Kind.NOT_FOUND, message);
    }

    public static FeluccaException invalid(String message) {
        return new FeluccaException(Kind.INVALID, message);
    }

    public static FeluccaException conflict(String message) {
        return new FeluccaException(Kind.CONFLICT, message);
    }

    public static FeluccaException notModified(String message) {
        return new FeluccaException(Kind.NOT_MODIFIED, message);
    }

    public static FeluccaException unsupported(String message) {
        return new FeluccaException(Kind.UNSUPPORTED, message);
    }

    public static FeluccaException unavailable(String message) {
        return new FeluccaException(Kind.UNAVAILABLE, message);
    }

    public static FeluccaException forbidden(String message) {
        return new FeluccaException(Kind.FORBIDDEN, message);
    }

    public static FeluccaException system(String message) {
        return new FeluccaException(Kind.SYSTEM, message);
    }

    public static FeluccaException system(String message, Throwable cause) {
        return new FeluccaException(Kind.SYSTEM, message, cause);
    }
}

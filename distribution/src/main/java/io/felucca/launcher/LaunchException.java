package io.felucca.launcher;

/** Ends the launcher with one line on stderr: bad options, a root in use, an engine that did not come up. */
final class LaunchException extends RuntimeException {

    LaunchException(String message) {
        super(message);
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}

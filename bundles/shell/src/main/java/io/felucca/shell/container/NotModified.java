package io.felucca.shell.container;

import io.felucca.FeluccaException;

/** What is so already is no error to a user. */
final class NotModified {

    private NotModified() {}

    static void isFine(Runnable work) {
        try {
            work.run();
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_MODIFIED) {
                throw e;
            }
        }
    }
}

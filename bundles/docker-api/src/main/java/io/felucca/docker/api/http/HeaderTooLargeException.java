package io.felucca.docker.api.http;

import java.io.IOException;

/** A request's header has more bytes than are accepted. */
final class HeaderTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;
}

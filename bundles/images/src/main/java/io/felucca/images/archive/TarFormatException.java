package io.felucca.images.archive;

import java.io.IOException;

/** A stream is no tar archive, or a damaged one. */
public final class TarFormatException extends IOException {

    private static final long serialVersionUID = 1;

    /** What dockerd puts before the reason (20.10). */
    public static final String DOCKER_PREFIX = "Error processing tar file(exit status 1): ";

    public TarFormatException(String message) {
        super(message);
    }

    static TarFormatException invalidHeader() {
        return new TarFormatException("archive/tar: invalid tar header");
    }

    static TarFormatException cut() {
        return new TarFormatException("unexpected EOF");
    }
}

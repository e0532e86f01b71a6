package io.felucca.client;

/** Ends the program: a line for stderr and an exit code. */
final class ClientException extends RuntimeException {

    private final int code;

    ClientException(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}

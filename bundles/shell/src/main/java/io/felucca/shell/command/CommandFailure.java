package io.felucca.shell.command;

import java.util.List;

/**
 * Ends a command with a text for its user and an exit code. It leaves this bundle only into sessions of the platform's
 * own, which print its text.
 */
public final class CommandFailure extends RuntimeException {

    private final int exitCode;

    public CommandFailure(int exitCode, String text) {
        super(text);
        this.exitCode = exitCode;
    }

    public CommandFailure(int exitCode, String text, Throwable cause) {
        super(text, cause);
        this.exitCode = exitCode;
    }

    /** Of several errors, told one a line. */
    public static CommandFailure of(List<String> errors) {
        return new CommandFailure(1, String.join("\n", errors));
    }

    public int exitCode() {
        return exitCode;
    }
}

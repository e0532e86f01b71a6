package io.felucca.shell.command;

/** Ends a command with a text for its user and an exit code; never leaves this bundle. */
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

    public int exitCode() {
        return exitCode;
    }
}

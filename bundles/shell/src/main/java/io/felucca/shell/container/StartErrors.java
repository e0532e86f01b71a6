package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.shell.command.CommandFailure;

/** Exit codes of what could not be started, as Docker chooses them: by the runtime's text. */
final class StartErrors {

    static final int ENGINE = 125;
    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private StartErrors() {}

    static int exitCode(FeluccaException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("executable file not found")
                || text.contains("no such file or directory")
                || text.contains("system cannot find the file specified")) {
            return NOT_FOUND;
        }
        if (text.contains("permission denied") || text.contains("is a directory")) {
            return NOT_EXECUTABLE;
        }
        return ENGINE;
    }

    /** One line in Docker's words, with the exit code of {@code run}. */
    static CommandFailure ofRun(FeluccaException e) {
        return new CommandFailure(exitCode(e), "felucca: Error response from daemon: " + e.getMessage(), e);
    }
}

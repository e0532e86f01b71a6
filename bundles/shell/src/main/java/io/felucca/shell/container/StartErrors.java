package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.StartFailure;
import io.felucca.shell.command.CommandFailure;

/** Exit codes of what could not be started, as Docker chooses them. */
final class StartErrors {

    static final int ENGINE = 125;
    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;

    private StartErrors() {}

    static int exitCode(FeluccaException e) {
        StartFailure reason = e.startFailure().orElse(null);
        if (reason == null) {
            return ENGINE;
        }
        return reason == StartFailure.NOT_FOUND ? NOT_FOUND : NOT_EXECUTABLE;
    }

    /** One line in Docker's words, with the exit code of {@code run}. */
    static CommandFailure ofRun(FeluccaException e) {
        return new CommandFailure(exitCode(e), "felucca: Error response from daemon: " + e.getMessage(), e);
    }
}

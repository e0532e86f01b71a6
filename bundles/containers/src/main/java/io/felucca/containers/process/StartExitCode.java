package io.felucca.containers.process;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.StartFailure;

/** The exit code of a container or an exec that could not be started. */
public final class StartExitCode {

    public static final int NOT_EXECUTABLE = 126;
    public static final int NOT_FOUND = 127;

    private static final int OTHER = 128;

    private StartExitCode() {}

    /** As dockerd: 127 for a command that is not there, 126 for one that cannot be executed, 128 for all else. */
    public static int of(RuntimeException e) {
        StartFailure reason =
                e instanceof FeluccaException failed ? failed.startFailure().orElse(null) : null;
        if (reason == null) {
            return OTHER;
        }
        return reason == StartFailure.NOT_FOUND ? NOT_FOUND : NOT_EXECUTABLE;
    }
}

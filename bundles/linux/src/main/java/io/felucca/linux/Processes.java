package io.felucca.linux;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Starts programs by posix_spawn(3), and knows processes by more than their number. Thread-safe. */
@ProviderType
public interface Processes {

    int OUTPUT_LIMIT_BYTES = 1 << 20;

    int SIGHUP = 1;
    int SIGINT = 2;
    int SIGKILL = 9;
    int SIGTERM = 15;
    int SIGCONT = 18;
    int SIGSTOP = 19;

    /**
     * Starts a child, which must be waited for with {@link #waitFor}.
     *
     * @return its pid
     * @throws io.felucca.FeluccaException NOT_FOUND when there is no such program, SYSTEM otherwise
     */
    int spawn(Spawn spawn);

    /**
     * Waits for a child and reaps it.
     *
     * @return empty when it still runs after that time
     */
    Optional<ExitStatus> waitFor(int pid, long timeoutMillis);

    /**
     * Runs a program to its end. One that takes longer is killed.
     *
     * @throws io.felucca.FeluccaException UNAVAILABLE after the time, NOT_FOUND when there is no such program
     */
    Output run(List<String> argv, List<String> env, byte[] stdin, long timeoutMillis);

    /** Empty when there is no such process, or only its zombie. */
    Optional<ProcessId> identify(int pid);

    /** Whether that very process runs: a zombie does not. */
    boolean isAlive(ProcessId process);

    /** Whether that very process runs and has not begun to end, so that all files that it holds are open. */
    boolean holdsFiles(ProcessId process);

    /** Empty when that very process is gone. */
    Optional<PidFd> open(ProcessId process);

    /** Sends a signal; false when the process is gone. */
    boolean signal(PidFd process, int signal);
}

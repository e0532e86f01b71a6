package io.felucca.containers;

import io.felucca.networks.EndpointSpec;
import io.felucca.networks.PortBinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The containers of this engine. A name is a container's name, its id or a prefix of its id that is unique. Everything
 * that has been returned is on disk. Thread-safe; work on one container is serialised, work on different ones is not.
 * Errors everywhere: NOT_FOUND with Docker's "No such container: …", CONFLICT with Docker's text for a wrong state,
 * NOT_MODIFIED when it is so already, UNAVAILABLE while a driver that is needed is away.
 */
@ProviderType
public interface Containers {

    /** Makes a container that does not run yet. Nothing is left behind when it fails. */
    Created create(ContainerSpec spec);

    void start(String name);

    /**
     * Starts with further variables, {@code NAME=value}, which replace the container's own. This run's first process alone
     * has them: no record, no {@code inspect}, no exec and no later run.
     */
    void start(String name, List<String> environment);

    /**
     * Signals the container's stop signal, waits, then kills it.
     *
     * @param timeoutSeconds null for the container's own, 10 by default; -1 waits for ever
     * @param signal null for the container's own
     */
    void stop(String name, Integer timeoutSeconds, String signal);

    /** @param signal name with or without SIG, or a number; KILL when null */
    void kill(String name, String signal);

    void restart(String name, Integer timeoutSeconds, String signal);

    void pause(String name);

    void unpause(String name);

    /**
     * Changes limits, and adds devices, at once where it runs; it has them at its next starts too.
     *
     * @param resources of these memory, processors, processes, weight and devices; what is zero, empty or null stays
     * @param policy null to leave it
     * @return warnings in Docker's words
     */
    List<String> update(String name, HostConfig.Resources resources, HostConfig.RestartPolicy policy);

    /** Completes with the exit code when the condition is met; cancel it when nobody waits any more. */
    CompletableFuture<Exit> await(String name, Condition condition);

    /** @param force kills a running one; @param volumes removes its anonymous volumes */
    void remove(String name, boolean force, boolean volumes);

    /**
     * Takes back a link, not the container that it leads to.
     *
     * @param name as the container that has it calls the other: {@code web/db}
     * @throws io.felucca.FeluccaException NOT_FOUND, CONFLICT for a container's own name
     */
    void unlink(String name);

    void rename(String name, String newName);

    Container get(String name);

    /** Newest first. {@code filters} are Docker's (id, name, label, status, exited, ancestor, before, since…); INVALID for an unknown one. */
    List<Container> list(boolean all, Map<String, List<String>> filters);

    /** Bytes of a container's own layer. */
    long sizeBytes(String name);

    /** Reads the log, then follows when asked, until the sink or the container ends. Blocks the caller's thread. */
    void logs(String name, LogQuery query, LogSink sink);

    /**
     * Joins a running container's streams, or, before start, those it will have. A client that does not read loses its
     * attachment after a while, not the container's time; only one that joined before start is waited for, like
     * the reader of a pipe, while it is the only one and nobody signals the container.
     */
    Attachment attach(String name, AttachQuery query, OutputSink sink);

    void resize(String name, int columns, int rows);

    /** Registers a process to be run by {@link #startExec}. */
    String createExec(String name, ExecSpec spec);

    /** Starts it; with a sink joined to its streams, else detached (then null is a valid sink). */
    Attachment startExec(String execId, OutputSink sink);

    /** Waits up to 10 s for one that has not started; SYSTEM when it has not by then. */
    void resizeExec(String execId, int columns, int rows);

    Exec getExec(String execId);

    /** Completes with the exit code when it is over, which may be a moment after its output has ended. */
    CompletableFuture<Exit> awaitExec(String execId);

    /** Process ids as the host sees them. */
    List<Integer> processes(String name);

    /**
     * The machine's ps, with the lines of this container's processes.
     *
     * @param options of ps(1); {@code -ef} when empty
     * @throws io.felucca.FeluccaException CONFLICT when it does not run, SYSTEM with Docker's text for options that ps refuses
     */
    ProcessTable top(String name, String options);

    /** As {@link #get}, with what the storage driver tells of its layer, unless that is away. */
    Container inspect(String name);

    /** What it uses now; {@link ContainerStats#NONE} when it does not run. No driver is asked. */
    ContainerStats stats(String name);

    Pruned prune(Map<String, List<String>> filters);

    /** What containers can have on this machine, and get by default. */
    Support support();

    /**
     * @param cgroupV2 whether cgroup v2 rules; else v1
     * @param controllers of cgroups that are there: memory, cpu, cpuset, pids…
     * @param swap whether memory and swap together can be limited
     * @param appArmor whether profiles have any effect
     * @param userNamespace whether containers get one of their own by default
     * @param runtime driver of containers that name none, as {@code logDriver}
     */
    record Support(
            boolean cgroupV2,
            Set<String> controllers,
            boolean swap,
            boolean appArmor,
            boolean userNamespace,
            String runtime,
            String logDriver) {}

    /** Gives a container, running or not, a place in one more network. Errors of {@link io.felucca.networks.Networks}. */
    void connect(String name, String network, EndpointSpec spec);

    /** @param force where the network or the container is gone: what is left is taken away */
    void disconnect(String name, String network, boolean force);

    /**
     * Publishes these ports in the place of what a container publishes: the whole wanted set. Connections through
     * ports that stay are not touched; kept over restarts.
     */
    void publish(String name, Map<String, List<PortBinding>> ports);

    record Created(String id, List<String> warnings) {}

    /** @param error why it could not be started, told to who asks when that is over already; else empty */
    record Exit(int code, String error) {}

    enum Condition {
        NOT_RUNNING,
        NEXT_EXIT,
        REMOVED
    }

    /** @param rows of as many cells as there are titles */
    record ProcessTable(List<String> titles, List<List<String>> rows) {}

    record Pruned(List<String> ids, long reclaimedBytes) {}

    /**
     * @param tail last lines to begin with, -1 for all
     * @param since null for the beginning; @param until null for no end
     */
    record LogQuery(boolean follow, boolean stdout, boolean stderr, Instant since, Instant until, int tail) {}

    /** @param logs whether what was logged comes first */
    record AttachQuery(boolean stdin, boolean stdout, boolean stderr, boolean logs) {}

    /**
     * @param detachKeys that end a client's join of its terminal; empty for the usual ones
     * @param consoleSize of its terminal; null for the usual one
     */
    record ExecSpec(
            List<String> cmd,
            boolean attachStdin,
            boolean attachStdout,
            boolean attachStderr,
            boolean tty,
            String user,
            String workingDir,
            List<String> env,
            boolean privileged,
            String detachKeys,
            HostConfig.ConsoleSize consoleSize) {

        /** With the usual keys, and a terminal of the usual size. */
        public ExecSpec(
                List<String> cmd,
                boolean attachStdin,
                boolean attachStdout,
                boolean attachStderr,
                boolean tty,
                String user,
                String workingDir,
                List<String> env,
                boolean privileged) {
            this(cmd, attachStdin, attachStdout, attachStderr, tty, user, workingDir, env, privileged, "", null);
        }
    }

    /** @param exitCode null while it runs or before */
    record Exec(String id, String containerId, ExecSpec spec, boolean running, Integer exitCode, int pid) {}

    /** Takes log entries; returns false when it wants no more. */
    interface LogSink {

        /** @param line its newline included, unless the line goes on in the next entry of that stream */
        boolean accept(Instant time, boolean stderr, byte[] line);

        /**
         * Asked whenever nothing more is there, before more is waited for, and ten times a second meanwhile: the moment to
         * pass on what was collected. Following ends when its client has left.
         */
        default boolean wantsMore() {
            return true;
        }
    }

    /** Takes output as it comes, on a thread of its own that may block; each attachment has its own bounded queue. */
    interface OutputSink {

        /** @return false when it wants no more */
        boolean write(boolean stderr, byte[] bytes, int offset, int length);

        /** No more comes. */
        default void end() {}
    }

    /** A joined client. Closing leaves the container as it is. */
    interface Attachment extends AutoCloseable {

        /** Sends input; blocks while the container does not read. @throws io.felucca.FeluccaException CONFLICT without stdin */
        void write(byte[] bytes, int offset, int length);

        /** Ends the container's input, when it was made so. */
        void closeInput();

        /** Completes when all output has been delivered, or the attachment was closed or lost. */
        CompletableFuture<Void> done();

        @Override
        void close();
    }
}

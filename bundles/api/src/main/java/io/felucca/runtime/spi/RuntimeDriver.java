package io.felucca.runtime.spi;

import io.felucca.engine.DriverKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes, changes and ends a container's processes by an OCI runtime behind a monitor that holds the terminal, the log
 * and the exit code and outlives the engine. A stateless service with {@link io.felucca.engine.Driver}. It holds no
 * descriptor and no thread for a container: attach sockets, exits and signals are the core's, by the files and process
 * ids that {@link HeldTask#create} gives, so that it can be replaced while containers run.
 *
 * <p>Errors everywhere: UNSUPPORTED for what the runtime cannot do, SYSTEM with the program's exit code and last lines
 * of its error output for what failed. A command that is not there or not executable is INVALID with the runtime's text,
 * by {@link io.felucca.FeluccaException#notStarted} with the reason.
 */
@ConsumerType
@DriverKind(RuntimeDriver.KIND)
public interface RuntimeDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "runtime";

    /** Empty when it can work here, else the reason and what to do. */
    Optional<String> probe();

    /** The pairs that {@code info} shows: name, version, path of the runtime and of the monitor. */
    Map<String, String> status();

    /**
     * Told that a {@link #begin} or a {@link #beginExec} is likely to follow within some 50 ms: what takes its time and
     * needs to know no more may begin. Returns at once, changes nothing that can be seen, and costs next to nothing when
     * nothing follows.
     */
    default void expect() {}

    /**
     * Starts the monitor of a container, which waits for {@link HeldTask#create}. Meanwhile the caller mounts what the spec
     * names, and calls other drivers. The monitor has left the caller's cgroups.
     *
     * <p>Under {@code task.directory()} the monitor keeps: {@code attach} (its SOCK_SEQPACKET socket, conmon's protocol),
     * {@code ctl} (fifo for resize and log reopening), {@code winsz} (a fifo, where there is one, that the monitor holds
     * open for reading until it ends), {@code pid} and {@code monitor.pid} (decimal numbers of the first process and of the
     * monitor, which has the directory on its command line); under {@code task.exitDirectory()} it writes {@code exit}
     * (whole, when the process has ended and all its output is logged: the decimal exit code) and {@code oom} (there when
     * the kernel killed it for memory). The monitor ends after it has written them. A copy of {@code exit}, named by the
     * container's id, goes to {@code task.directory()} first: that folder lies on another disk perhaps, which is not full.
     *
     * @return the caller closes it
     */
    HeldTask begin(TaskSpec task);

    /** Lets the created process go on to its program. */
    void start(String id);

    /**
     * Starts the monitor of one more process in a running container, as {@link #begin} does; it keeps the same files in its
     * directories.
     *
     * @param id the container's
     * @return the caller closes it
     */
    HeldTask beginExec(String id, TaskSpec task);

    void pause(String id);

    void resume(String id);

    /** Changes the limits of a running container: an OCI {@code linux.resources} object. */
    void update(String id, Map<String, Object> resources);

    /** Process ids of all its processes, as the host sees them. */
    List<Integer> processes(String id);

    /** Removes what the runtime keeps of an ended container (cgroup, state); with force ends its processes first. Idempotent. */
    void delete(String id, boolean force);

    /**
     * What to run.
     *
     * @param id container id, or exec id
     * @param directory private folder for the monitor's files; short, since sockets lie in it
     * @param exitDirectory durable folder that gets {@code exit} and {@code oom}; one for each start
     * @param bundle for a container: the folder that gets config.json
     * @param terminal whether the monitor allocates a terminal
     * @param stdin whether standard input stays open
     * @param stdinOnce whether it closes when the first client of the attach socket half-closes or leaves; otherwise it
     *     stays open whatever clients do
     * @param log the spool: conmon's k8s-file lines; empty for none. It is never synced: the monitor's end waits for no disk
     * @param logMaxBytes size at which the monitor itself starts the spool anew, dropping what was; 0 for no bound
     * @param held descriptors of this process that the monitor keeps open, for nothing but to outlive it: sockets that hold
     *     published ports. The container does not get them
     */
    record TaskSpec(
            String id,
            Path directory,
            Path exitDirectory,
            Path bundle,
            boolean terminal,
            boolean stdin,
            boolean stdinOnce,
            Optional<Path> log,
            long logMaxBytes,
            List<Integer> held) {

        public TaskSpec {
            held = List.copyOf(held);
        }
    }

    /**
     * What runs.
     *
     * @param pid of the container's (or exec's) first process
     * @param monitorPid of its monitor
     */
    record Task(int pid, int monitorPid) {}

    /**
     * A monitor that waits. One thread uses it at a time. {@link #create} is called only while the driver that began it is
     * leased; {@link #close} also when that driver has stopped.
     */
    interface HeldTask extends AutoCloseable {

        /**
         * Has the runtime make the process: a container's waits for {@link RuntimeDriver#start}, an exec's runs. Called
         * once.
         *
         * @param spec of a container the OCI runtime spec as JSON values (runtime-spec 1.0.2), of an exec its {@code
         *     process}; what it names is there
         * @param attachable called once, on the calling thread, when the {@code attach} socket is there and before the
         *     program begins, so that a client loses none of its output; what it throws ends the monitor and is thrown on
         */
        Task create(Map<String, Object> spec, Runnable attachable);

        /** Ends the monitor unless it has a process; leaves nothing that was begun. Idempotent. */
        @Override
        void close();
    }
}

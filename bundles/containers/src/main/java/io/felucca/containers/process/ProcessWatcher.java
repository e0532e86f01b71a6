package io.felucca.containers.process;

import io.felucca.FeluccaException;
import io.felucca.linux.PidFd;
import io.felucca.linux.Poller;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for processes' ends: no thread waits, whatever their number. A process that holds a fifo open needs no descriptor
 * until the fifo is closed, since that is the first that its end shows by; any other is held by its own.
 */
public final class ProcessWatcher {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessWatcher.class);
    /** How long a process is left alone whose descriptor cannot be had, as for want of descriptors. */
    private static final long AGAIN_MILLIS = 500;

    private final Processes processes;
    private final Poller poller;
    private final Executor executor;
    private final FifoWatcher fifos;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();

    public ProcessWatcher(Processes processes, Sockets sockets, Poller poller, Executor executor) {
        this.processes = processes;
        this.poller = poller;
        this.executor = executor;
        fifos = new FifoWatcher(sockets, poller);
    }

    /** Runs the task once, on the executor, when that process has ended, now or later. */
    public void onEnd(ProcessId process, Runnable task) {
        Watch watch = new Watch(process, task);
        open.add(watch);
        watch.beginHeld();
    }

    /** The same for a process that keeps a fifo open for reading until it ends; where it does not, nothing is lost. */
    public void onEnd(ProcessId process, Path fifo, Runnable task) {
        Watch watch = new Watch(process, task);
        open.add(watch);
        watch.begin(fifo);
    }

    /** Ends all, without running their tasks. */
    public void close() {
        List.copyOf(open).forEach(Watch::close);
        fifos.close();
    }

    private final class Watch {

        private final ProcessId process;
        private final Runnable task;
        private OptionalInt fifo = OptionalInt.empty();
        private PidFd fd;
        private Poller.Registration registration;
        private boolean over;

        Watch(ProcessId process, Runnable task) {
            this.process = process;
            this.task = task;
        }

        synchronized void begin(Path held) {
            fifo = fifos.on(held, this::closed);
            // One that ends already may have closed it before it was watched.
            if (fifo.isEmpty() || !processes.holdsFiles(process)) {
                beginHeld();
            }
        }

        synchronized void beginHeld() {
            try {
                hold();
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        /** On the poller's thread: its process may end now. */
        private void closed() {
            try {
                hold();
            } catch (FeluccaException e) {
                LOG.warn("watching process {}, which may end, is tried again: {}", process.pid(), e.getMessage());
                poller.schedule(AGAIN_MILLIS, this::closed);
            }
        }

        private synchronized void hold() {
            if (over || fd != null) {
                return;
            }
            Optional<PidFd> held = processes.open(process);
            if (held.isEmpty()) {
                end();
                return;
            }
            fd = held.get();
            registration = poller.register(fd, Poller.READABLE, events -> end());
            fifo.ifPresent(fifos::leave);
        }

        private void end() {
            if (close()) {
                executor.execute(task);
            }
        }

        synchronized boolean close() {
            if (over) {
                return false;
            }
            over = true;
            open.remove(this);
            fifo.ifPresent(fifos::leave);
            if (registration != null) {
                registration.close();
            }
            if (fd != null) {
                fd.close();
            }
            return true;
        }
    }
}

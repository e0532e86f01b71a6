package io.felucca.containers.life;

import io.felucca.linux.PidFd;
import io.felucca.linux.Poller;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Waits for processes' ends by their descriptors: no thread waits, whatever their number. */
final class Watches {

    private final Processes processes;
    private final Poller poller;
    private final Executor executor;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();

    Watches(Processes processes, Poller poller, Executor executor) {
        this.processes = processes;
        this.poller = poller;
        this.executor = executor;
    }

    /** Runs the task once, on the executor, when that process has ended, now or later. */
    void onEnd(ProcessId process, Runnable task) {
        Optional<PidFd> fd = processes.open(process);
        if (fd.isEmpty()) {
            executor.execute(task);
        } else {
            Watch watch = new Watch(fd.get(), task);
            open.add(watch);
            watch.begin();
        }
    }

    /** Ends all, without running their tasks. */
    void close() {
        List.copyOf(open).forEach(Watch::close);
    }

    private final class Watch {

        private final PidFd fd;
        private final Runnable task;
        private Poller.Registration registration;
        private boolean over;

        Watch(PidFd fd, Runnable task) {
            this.fd = fd;
            this.task = task;
        }

        synchronized void begin() {
            registration = poller.register(fd, Poller.READABLE, events -> {
                if (close()) {
                    executor.execute(task);
                }
            });
        }

        synchronized boolean close() {
            if (over) {
                return false;
            }
            over = true;
            open.remove(this);
            registration.close();
            fd.close();
            return true;
        }
    }
}

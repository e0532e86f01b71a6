package io.felucca.containers.services;

import io.felucca.linux.ExitStatus;
import io.felucca.linux.Output;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Spawn;
import io.felucca.linux.kernel.process.KernelProcesses;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The kernel's processes, but for numbers that a test says have been given to other processes. */
final class ReusableNumbers implements Processes {

    final Set<Integer> reused = ConcurrentHashMap.newKeySet();
    private final Processes kernel = new KernelProcesses();

    @Override
    public int spawn(Spawn spawn) {
        return kernel.spawn(spawn);
    }

    @Override
    public Optional<ExitStatus> waitFor(int pid, long timeoutMillis) {
        return kernel.waitFor(pid, timeoutMillis);
    }

    @Override
    public Output run(List<String> argv, List<String> env, byte[] stdin, long timeoutMillis) {
        return kernel.run(argv, env, stdin, timeoutMillis);
    }

    @Override
    public Optional<ProcessId> identify(int pid) {
        return kernel.identify(pid);
    }

    @Override
    public boolean isAlive(ProcessId process) {
        return !reused.contains(process.pid()) && kernel.isAlive(process);
    }

    @Override
    public boolean holdsFiles(ProcessId process) {
        return !reused.contains(process.pid()) && kernel.holdsFiles(process);
    }

    @Override
    public Optional<PidFd> open(ProcessId process) {
        return reused.contains(process.pid()) ? Optional.empty() : kernel.open(process);
    }

    @Override
    public boolean signal(PidFd process, int signal) {
        return kernel.signal(process, signal);
    }
}

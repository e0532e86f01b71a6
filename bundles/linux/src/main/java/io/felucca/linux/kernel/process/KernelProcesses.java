package io.felucca.linux.kernel.process;

import io.felucca.FeluccaException;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Output;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Spawn;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Poll;
import io.felucca.linux.kernel.call.Scratch;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** Processes by posix_spawn(3), waitpid(2) and pidfds. */
@Component
public final class KernelProcesses implements Processes {

    private static final Libc.Function WAITPID = Libc.function("waitpid");
    private static final int SYS_PIDFD_SEND_SIGNAL = 424;
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int WNOHANG = 1;

    @Override
    public int spawn(Spawn spawn) {
        return SpawnCall.start(spawn);
    }

    @Override
    public Optional<ExitStatus> waitFor(int pid, long timeoutMillis) {
        Optional<ExitStatus> ended = reap(pid);
        if (ended.isPresent() || timeoutMillis <= 0) {
            return ended;
        }
        try (KernelFd pidFd = pidFd(pid).orElseThrow(() -> gone(pid))) {
            return Poll.readable(pidFd.number(), timeoutMillis) ? reap(pid) : Optional.empty();
        }
    }

    private static FeluccaException gone(int pid) {
        return FeluccaException.notFound("process " + pid + " is no child of this process, or was waited for already");
    }

    private static Optional<ExitStatus> reap(int pid) {
        Scratch scratch = Scratch.get().reset();
        long status = scratch.take(8);
        int result;
        do {
            result = WAITPID.call(pid, status, WNOHANG);
        } while (result < 0 && Libc.errno() == Errno.EINTR);
        if (result < 0) {
            throw Libc.errno() == Errno.ECHILD
                    ? gone(pid)
                    : Errno.system("waitpid", Integer.toString(pid), Libc.errno());
        }
        return result == 0 ? Optional.empty() : Optional.of(exitStatus(scratch.getInt(status)));
    }

    static ExitStatus exitStatus(int status) {
        return new ExitStatus(status >> 8 & 0xff, status & 0x7f);
    }

    @Override
    public Output run(List<String> argv, List<String> env, byte[] stdin, long timeoutMillis) {
        return new ProgramRun(this, argv, env).run(stdin, timeoutMillis);
    }

    @Override
    public Optional<ProcessId> identify(int pid) {
        return ProcStat.read(pid)
                .filter(ProcStat::alive)
                .map(stat -> new ProcessId(ProcStat.bootId(), pid, stat.startTicks()));
    }

    @Override
    public boolean isAlive(ProcessId process) {
        return identify(process.pid()).filter(process::equals).isPresent();
    }

    @Override
    public boolean holdsFiles(ProcessId process) {
        return ProcStat.read(process.pid())
                .filter(stat -> stat.alive() && !stat.exiting())
                .filter(stat -> process.equals(new ProcessId(ProcStat.bootId(), process.pid(), stat.startTicks())))
                .isPresent();
    }

    @Override
    public Optional<PidFd> open(ProcessId process) {
        Optional<KernelFd> fd = pidFd(process.pid());
        if (fd.isPresent() && !isAlive(process)) {
            fd.get().close();
            return Optional.empty();
        }
        return fd.map(open -> new KernelPidFd(open.number(), process));
    }

    static Optional<KernelFd> pidFd(int pid) {
        int fd = Libc.SYSCALL.call(SYS_PIDFD_OPEN, pid, 0);
        if (fd >= 0) {
            return Optional.of(new KernelFd(fd, "process " + pid));
        }
        int errno = Libc.errno();
        if (errno == Errno.ESRCH || errno == Errno.EINVAL) {
            return Optional.empty();
        }
        throw Errno.system("pidfd_open", "process " + pid, errno);
    }

    @Override
    public boolean signal(PidFd process, int signal) {
        if (Libc.SYSCALL.call(SYS_PIDFD_SEND_SIGNAL, process.number(), signal, 0, 0) == 0) {
            return true;
        }
        int errno = Libc.errno();
        if (errno == Errno.ESRCH) {
            return false;
        }
        throw Errno.system("pidfd_send_signal " + signal, process.process().toString(), errno);
    }

    private static final class KernelPidFd extends KernelFd implements PidFd {
        private final ProcessId process;

        KernelPidFd(int number, ProcessId process) {
            super(number, "process " + process.pid());
            this.process = process;
        }

        @Override
        public ProcessId process() {
            return process;
        }
    }
}

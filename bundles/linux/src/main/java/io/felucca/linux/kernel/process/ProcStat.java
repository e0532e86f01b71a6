package io.felucca.linux.kernel.process;

import java.util.Optional;

/** What {@code /proc/PID/stat} says (proc(5)). */
public record ProcStat(char state, long flags, long startTicks) {

    private static final int FLAGS_FIELD = 9;
    private static final int START_FIELD = 22;
    /** PF_EXITING (linux/sched.h): set before the process's files are closed. */
    private static final int EXITING = 0x4;

    boolean alive() {
        return state != 'Z' && state != 'X' && state != 'x';
    }

    boolean exiting() {
        return (flags & EXITING) != 0;
    }

    static Optional<ProcStat> read(int pid) {
        return ProcFile.find("/proc/" + pid + "/stat").map(ProcStat::parse);
    }

    /** The name in parentheses may hold anything, so fields are counted from the last parenthesis. */
    static ProcStat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
        return new ProcStat(
                fields[0].charAt(0), Long.parseLong(fields[FLAGS_FIELD - 3]), Long.parseLong(fields[START_FIELD - 3]));
    }

    public static String bootId() {
        return Boot.ID;
    }

    /** Read at first use. */
    private static final class Boot {
        static final String ID =
                ProcFile.read("/proc/sys/kernel/random/boot_id").trim();
    }
}

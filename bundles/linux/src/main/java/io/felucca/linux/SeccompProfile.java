package io.felucca.linux;

import java.util.List;

/**
 * A filter of system calls in libseccomp's terms. Names that the library does not know are skipped.
 *
 * @param defaultErrno for a default action ERRNO
 */
public record SeccompProfile(Action defaultAction, int defaultErrno, List<Rule> rules) {

    public SeccompProfile {
        rules = List.copyOf(rules);
    }

    public enum Action {
        KILL_PROCESS,
        KILL_THREAD,
        TRAP,
        ERRNO,
        TRACE,
        LOG,
        ALLOW
    }

    public enum Comparison {
        NE,
        LT,
        LE,
        EQ,
        GE,
        GT,
        MASKED_EQ
    }

    /** A call to which all the arguments' comparisons apply. */
    public record Rule(List<String> names, Action action, int errno, List<Argument> arguments) {
        public Rule {
            names = List.copyOf(names);
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * @param value compared with; the mask of MASKED_EQ
     * @param valueTwo what the masked argument must equal
     */
    public record Argument(int index, Comparison comparison, long value, long valueTwo) {}
}

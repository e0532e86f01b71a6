package io.felucca.builder.stage;

import io.felucca.FeluccaException;
import java.util.Locale;
import java.util.Set;

/** Signals that STOPSIGNAL may name. */
public final class StopSignals {

    private static final Set<String> NAMES = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
            "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
            "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ");
    private static final int MAX = 64;

    private StopSignals() {}

    /** @throws FeluccaException INVALID with Docker's text */
    public static void require(String signal) {
        String name = signal.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        boolean number =
                signal.matches("[0-9]{1,3}") && Integer.parseInt(signal) > 0 && Integer.parseInt(signal) <= MAX;
        boolean realTime = name.matches("RTMIN(\\+[0-9]{1,2})?|RTMAX(-[0-9]{1,2})?");
        if (!number && !realTime && !NAMES.contains(name)) {
            throw FeluccaException.invalid("Invalid signal: " + signal);
        }
    }
}

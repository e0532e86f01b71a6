package io.felucca.containers.process;

import io.felucca.FeluccaException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Signals by the names that Docker takes (signal(7), x86 and ARM alike). */
public final class SignalNames {

    public static final int KILL = 9;
    public static final int TERM = 15;
    private static final int REALTIME_MIN = 34;
    private static final int REALTIME_MAX = 64;

    private static final Map<String, Integer> NUMBERS = new TreeMap<>();

    static {
        String[] names = {
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS"
        };
        for (int i = 0; i < names.length; i++) {
            NUMBERS.put(names[i], i + 1);
        }
        NUMBERS.put("IOT", 6);
        NUMBERS.put("CLD", 17);
        NUMBERS.put("POLL", 29);
        NUMBERS.put("RTMIN", REALTIME_MIN);
        NUMBERS.put("RTMAX", REALTIME_MAX);
        for (int i = 1; i <= 15; i++) {
            NUMBERS.put("RTMIN+" + i, REALTIME_MIN + i);
        }
        for (int i = 1; i <= 14; i++) {
            NUMBERS.put("RTMAX-" + i, REALTIME_MAX - i);
        }
    }

    private SignalNames() {}

    /** @throws FeluccaException INVALID with Docker's text */
    public static int parse(String text) {
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number == 0) {
                throw invalid(text);
            }
            return number;
        }
        String name = text.toUpperCase(Locale.ROOT);
        Integer number = NUMBERS.get(name.startsWith("SIG") ? name.substring(3) : name);
        if (number == null) {
            throw invalid(text);
        }
        return number;
    }

    public static boolean isKnown(int signal) {
        return signal >= 1 && signal <= REALTIME_MAX && signal != 32 && signal != 33;
    }

    private static FeluccaException invalid(String text) {
        return FeluccaException.invalid("Invalid signal: " + text);
    }
}

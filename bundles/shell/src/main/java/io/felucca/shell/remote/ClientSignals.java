package io.felucca.shell.remote;

import java.util.Map;

/** Numbers of the signals that end a command at the user's side (signal(7), x86 and ARM). */
final class ClientSignals {

    private static final Map<String, Integer> NUMBERS =
            Map.of("HUP", 1, "INT", 2, "QUIT", 3, "USR1", 10, "USR2", 12, "PIPE", 13, "ALRM", 14, "TERM", 15);

    private ClientSignals() {}

    /** 15 for one that is not known. */
    static int number(String name) {
        return NUMBERS.getOrDefault(name, 15);
    }
}

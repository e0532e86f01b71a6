package io.felucca.linux;

/**
 * How a child ended.
 *
 * @param code what it gave to exit(2), 0 when a signal ended it
 * @param signal the signal that ended it, 0 for none
 */
public record ExitStatus(int code, int signal) {

    public boolean success() {
        return code == 0 && signal == 0;
    }

    /** As a shell says it: 128 + signal for a process that a signal ended. */
    public int shellCode() {
        return signal == 0 ? code : 128 + signal;
    }
}

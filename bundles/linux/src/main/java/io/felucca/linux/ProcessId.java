package io.felucca.linux;

import io.felucca.FeluccaException;

/**
 * What a process is known by over time: its number is only its own together with boot and start.
 *
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 * @param startTicks field 22 of {@code /proc/PID/stat}, in clock ticks since boot
 */
public record ProcessId(String bootId, int pid, long startTicks) {

    /** As {@link #toString} wrote it. */
    public static ProcessId parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length == 3) {
            try {
                return new ProcessId(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
            } catch (NumberFormatException e) {
                throw new FeluccaException(FeluccaException.Kind.INVALID, "not a process id: " + text, e);
            }
        }
        throw FeluccaException.invalid("not a process id: " + text);
    }

    @Override
    public String toString() {
        return bootId + "/" + pid + "/" + startTicks;
    }
}

package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code /proc/PID/stat} says (proc(5)). */
record ProcStat(char state, long startTicks) {

    private static final int START_FIELD = 22;

    boolean alive() {
        return state != 'Z' && state != 'X' && state != 'x';
    }

    static Optional<ProcStat> read(int pid) {
        Path file = Path.of("/proc/" + pid + "/stat");
        try {
            return Optional.of(parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!Files.exists(file) || e.getMessage() != null && e.getMessage().contains("No such process")) {
                return Optional.empty();
            }
            throw FeluccaException.system("cannot read " + file, e);
        }
    }

    /** The name in parentheses may hold anything, so fields are counted from the last parenthesis. */
    static ProcStat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
        return new ProcStat(fields[0].charAt(0), Long.parseLong(fields[START_FIELD - 3]));
    }

    static String bootId() {
        return Boot.ID;
    }

    /** Read at first use. */
    private static final class Boot {
        static final String ID = readId();

        private static String readId() {
            try {
                return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                        .trim();
            } catch (IOException e) {
                throw FeluccaException.system("cannot read the boot id", e);
            }
        }
    }
}

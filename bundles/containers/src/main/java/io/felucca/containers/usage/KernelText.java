package io.felucca.containers.usage;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the small text files of /proc and of cgroups. What is not there, or no longer, is empty or zero. */
final class KernelText {

    private KernelText() {}

    static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such")) {
                // ENODEV and ESRCH: it ended while it was read.
                return List.of();
            }
            throw FeluccaException.system("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** {@code max}, and what does not fit, is the largest there is. */
    static long number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? 0 : number(lines.get(0).trim());
    }

    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Of {@code name value} lines. */
    static Map<String, Long> pairs(Path file) {
        Map<String, Long> pairs = new LinkedHashMap<>();
        for (String line : lines(file)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                pairs.put(
                        line.substring(0, space),
                        number(line.substring(space + 1).trim()));
            }
        }
        return pairs;
    }
}

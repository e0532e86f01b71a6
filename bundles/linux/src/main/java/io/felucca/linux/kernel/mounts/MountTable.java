package io.felucca.linux.kernel.mounts;

import io.felucca.linux.MountInfo;
import io.felucca.linux.kernel.process.ProcFile;
import java.util.ArrayList;
import java.util.List;

/** Parses {@code /proc/self/mountinfo} (proc(5)). */
final class MountTable {

    private MountTable() {}

    static List<MountInfo> read() {
        return parse(ProcFile.read("/proc/self/mountinfo"));
    }

    static List<MountInfo> parse(String text) {
        List<MountInfo> mounts = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                mounts.add(parseLine(line));
            }
        }
        return mounts;
    }

    /** Six fields, optional ones, a dash, three more. */
    private static MountInfo parseLine(String line) {
        String[] fields = line.split(" ");
        int dash = 6;
        StringBuilder propagation = new StringBuilder();
        for (; !fields[dash].equals("-"); dash++) {
            propagation.append(propagation.isEmpty() ? "" : " ").append(fields[dash]);
        }
        String[] device = fields[2].split(":");
        return new MountInfo(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(device[0]),
                Integer.parseInt(device[1]),
                unescape(fields[3]),
                unescape(fields[4]),
                fields[5],
                propagation.toString(),
                fields[dash + 1],
                unescape(dash + 2 < fields.length ? fields[dash + 2] : ""),
                dash + 3 < fields.length ? fields[dash + 3] : "");
    }

    /** Blanks, tabs, newlines and backslashes are octal. */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}

package io.felucca.containers.usage;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.ProcessTable;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code top}: the machine's ps, asked once, and of its lines those of a container; texts are dockerd 20.10's. */
public final class HostProcesses {

    private static final long TIMEOUT_MILLIS = 10_000;
    private static final Pattern OPTIONS = Pattern.compile("\\s+(\\S*)\\s*=\\s*(PID\\S*)");

    private final Processes processes;

    public HostProcesses(Processes processes) {
        this.processes = processes;
    }

    /** Those that name the process's number otherwise would let its line be another's. @throws FeluccaException INVALID */
    public static void checkOptions(String options) {
        Matcher matcher = OPTIONS.matcher(options);
        while (matcher.find()) {
            if (!matcher.group(1).equals("pid")) {
                throw FeluccaException.invalid(
                        "specifying \"" + matcher.group(1) + "=" + matcher.group(2) + "\" is not allowed");
            }
        }
    }

    /**
     * @param options of ps, {@code -ef} when empty
     * @param pids of the container, as the host sees them: a number that is so before and after ps was not another's
     *     meanwhile
     */
    public ProcessTable table(String options, Supplier<List<Integer>> pids) {
        String asked = options.isBlank() ? "-ef" : options;
        checkOptions(" " + asked);
        List<String> command = new ArrayList<>(List.of("/usr/bin/ps"));
        command.addAll(Arrays.asList(asked.trim().split("\\s+")));
        Set<Integer> own = new HashSet<>(pids.get());
        Output output = processes.run(command, List.of("PATH=/usr/bin:/bin"), new byte[0], TIMEOUT_MILLIS);
        if (!output.success()) {
            throw FeluccaException.system("ps: " + reason(output));
        }
        own.retainAll(pids.get());
        return select(output.stdoutText(), own);
    }

    /** The first line that ps wrote to stderr; the exit status when that line is empty. */
    private static String reason(Output output) {
        String said = output.stderrText().split("\n", 2)[0];
        return said.isEmpty() ? "exit status " + output.exit().shellCode() : said;
    }

    static ProcessTable select(String text, Set<Integer> pids) {
        List<String> lines = text.lines().toList();
        List<String> titles =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).trim().split("\\s+"));
        int column = titles.indexOf("PID");
        if (column < 0) {
            throw FeluccaException.system("Couldn't find PID field in ps output");
        }
        List<List<String>> rows = new ArrayList<>();
        boolean taken = false;
        for (String line : lines.subList(1, lines.size())) {
            // The last column holds all the rest.
            List<String> words = List.of(line.trim().split("\\s+", titles.size()));
            if (words.size() <= column || line.isBlank()) {
                continue;
            }
            String pid = words.get(column);
            if (pid.equals("-")) {
                // A thread, of the process before.
                if (taken) {
                    rows.add(words);
                }
                continue;
            }
            taken = pid.matches("[0-9]{1,9}") && pids.contains(Integer.valueOf(pid));
            if (taken) {
                rows.add(words);
            }
        }
        return new ProcessTable(titles, List.copyOf(rows));
    }
}

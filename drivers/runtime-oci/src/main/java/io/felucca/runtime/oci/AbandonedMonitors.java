package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends monitors whose process nobody waits for any more. Their children, and the runtime that these become, carry the same
 * bundle on their command line and are found by it: a child may outlive its parent.
 */
final class AbandonedMonitors {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Processes processes;

    AbandonedMonitors(Processes processes) {
        this.processes = processes;
    }

    /** Returns when none is left whose bundle that folder is. */
    void end(Path directory) {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        for (List<ProcessId> left = find(directory); !left.isEmpty(); left = find(directory)) {
            if (System.nanoTime() > deadline) {
                throw FeluccaException.system("monitors of " + directory + " do not end: " + left);
            }
            for (ProcessId process : left) {
                processes.open(process).ifPresent(open -> {
                    try (PidFd monitor = open) {
                        processes.signal(monitor, Processes.SIGKILL);
                    }
                });
                Thread.onSpinWait();
            }
        }
    }

    private List<ProcessId> find(Path directory) {
        byte[] words = ("\0--bundle\0" + directory + "\0").getBytes(StandardCharsets.UTF_8);
        String wanted = new String(words, StandardCharsets.ISO_8859_1);
        List<ProcessId> found = new ArrayList<>();
        try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path number : numbers) {
                if (commandLine(number).contains(wanted)) {
                    processes
                            .identify(Integer.parseInt(number.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("looking for monitors in /proc", e);
        }
        return found;
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it ended
        }
    }
}

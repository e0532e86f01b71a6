package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process is over, as /proc tells (proc_pid_stat(5)). A zombie is: its parent may never collect it. But the
 * first thread of a process can be a zombie while others still end and hold its files, so all of them are looked at.
 */
final class ProcessState {

    private ProcessState() {}

    /** Whether no thread of the process runs any more. */
    static boolean hasEnded(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!isOver(process)) {
            return false;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                if (!isOver(thread)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            // It has been collected meanwhile.
            return !Files.exists(process);
        }
    }

    private static boolean isOver(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException e) {
            return true;
        }
    }
}

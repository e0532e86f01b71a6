package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessStateTest {

    @Test
    @DisplayName("A process that ended is over although its parent never collects it; its parent is not")
    void aZombieIsOver() throws Exception {
        Process parent = new ProcessBuilder(
                        "sh", "-c", "exec 3<&0; (read line <&3) & echo $!; exec sleep 1000 3<&- </dev/null")
                .start();
        try {
            BufferedReader out = parent.inputReader();
            long child = Long.parseLong(out.readLine().trim());
            assertThat(ProcessState.hasEnded(child)).isFalse();
            // The shell would collect the child; sleep, which it becomes, does not.
            while (!Files.readString(Path.of("/proc", Long.toString(parent.pid()), "comm"))
                    .equals("sleep\n")) {
                Thread.onSpinWait();
            }

            parent.getOutputStream().close();
            while (!ProcessState.hasEnded(child)) {
                Thread.onSpinWait();
            }

            assertThat(Files.exists(Path.of("/proc", Long.toString(child)))).isTrue();
            assertThat(ProcessHandle.of(child).orElseThrow().isAlive())
                    .as("what the JDK takes it for")
                    .isTrue();
            assertThat(ProcessState.hasEnded(parent.pid())).isFalse();
        } finally {
            parent.destroyForcibly().waitFor();
        }
        assertThat(ProcessState.hasEnded(parent.pid())).isTrue();
    }

    @Test
    @DisplayName("A process whose first thread has ended is not over while another one holds its files")
    void aZombieWithThreadsIsNotOver() throws Exception {
        Process process = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import ctypes, sys, threading; threading.Thread(target=sys.stdin.read).start();"
                                + " ctypes.CDLL(None).pthread_exit(None)")
                .start();
        try {
            Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
            while (!Files.readString(stat).contains(") Z ")) {
                Thread.onSpinWait();
            }
            assertThat(ProcessState.hasEnded(process.pid())).isFalse();

            process.getOutputStream().close();
            while (!ProcessState.hasEnded(process.pid())) {
                Thread.onSpinWait();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void thisProcessIsNotOver() throws IOException {
        assertThat(ProcessState.hasEnded(ProcessHandle.current().pid())).isFalse();
    }
}

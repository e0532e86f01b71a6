package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidfileTest {

    @TempDir
    Path folder;

    private Pidfile pidfile;
    private Process other;

    @BeforeEach
    void name() {
        pidfile = new Pidfile(folder.resolve("run/felucca.pid"));
    }

    @AfterEach
    void end() throws Exception {
        if (other != null) {
            other.destroyForcibly().waitFor();
        }
    }

    private void runOther(String... words) throws Exception {
        other = new ProcessBuilder(words).start();
        Files.createDirectories(pidfile.path().getParent());
        Files.writeString(pidfile.path(), other.pid() + "\n");
    }

    @Test
    void claimWritesThisProcessAndReleaseRemovesIt() throws Exception {
        pidfile.claim();
        assertThat(pidfile.path()).hasContent(ProcessHandle.current().pid() + "\n");

        pidfile.release();

        assertThat(pidfile.path()).doesNotExist();
    }

    @Test
    void anEngineThatRunsKeepsItsFile() throws Exception {
        runOther("sh", "-c", "read x", "-Dfelucca.engine");

        assertThat(pidfile.engine()).map(ProcessHandle::pid).contains(other.pid());
        assertThatThrownBy(pidfile::claim)
                .isInstanceOf(LaunchException.class)
                .hasMessage("pid file found, ensure felucca is not running or delete " + pidfile.path() + " (process "
                        + other.pid() + ")");
    }

    @Test
    void aFileOfAnotherProgramOrOfNoneIsStale() throws Exception {
        runOther("sh", "-c", "read x");
        assertThat(pidfile.engine()).isEmpty();
        Files.writeString(pidfile.path(), "999999999");
        assertThat(pidfile.engine()).isEmpty();
        Files.writeString(pidfile.path(), "junk");

        pidfile.claim();

        assertThat(pidfile.path()).hasContent(ProcessHandle.current().pid() + "\n");
    }

    @Test
    void releaseLeavesAnothersFile() throws Exception {
        Files.createDirectories(pidfile.path().getParent());
        Files.writeString(pidfile.path(), "1\n");

        pidfile.release();

        assertThat(pidfile.path()).exists();
    }
}

package io.felucca.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecRootOwnerTest {

    private static final Path DATA_ROOT = Path.of("/srv/gr\u00fcn");

    @TempDir
    private Path folder;

    private Path execRoot;
    private ExecRootOwner owner;

    @BeforeEach
    void makeRoots() throws IOException {
        execRoot = Files.createDirectory(folder.resolve("run"));
        Files.createDirectories(folder.resolve("proc/42"));
        owner = new ExecRootOwner(execRoot, folder.resolve("proc"));
        owner.claim("0123456789ab", DATA_ROOT);
    }

    private void aMonitorRuns() throws IOException {
        Files.writeString(
                folder.resolve("proc/42/cmdline"), "/usr/bin/conmon\0--bundle\0" + execRoot.resolve("c/1") + "\0");
    }

    @Test
    @DisplayName("an exec root with a container that runs serves no other engine, whose refusal names the data root")
    void anotherEngineIsRefused() throws IOException {
        aMonitorRuns();

        assertThatThrownBy(() -> owner.claim("ba9876543210", Path.of("/srv/other")))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining("the data root " + DATA_ROOT + ":");
    }

    @Test
    void theSameEngineComesBack() throws IOException {
        aMonitorRuns();

        assertThatCode(() -> owner.claim("0123456789ab", DATA_ROOT)).doesNotThrowAnyException();
    }

    @Test
    void withoutContainersTheExecRootChangesHands() throws IOException {
        owner.claim("ba9876543210", Path.of("/srv/other"));

        assertThat(execRoot.resolve("owner")).hasContent("ba9876543210 /srv/other\n");
    }

    @Test
    void aDamagedRecordKeepsNobodyFromTheExecRoot() throws IOException {
        Files.write(execRoot.resolve("owner"), new byte[] {(byte) 0xff, 0, (byte) 0xfe});

        assertThatCode(() -> owner.claim("0123456789ab", DATA_ROOT)).doesNotThrowAnyException();
    }
}

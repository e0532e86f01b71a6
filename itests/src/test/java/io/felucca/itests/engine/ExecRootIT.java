package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Issue 11: an exec root that is not an engine's own, such as the default one of two engines. */
@Timeout(300)
class ExecRootIT {

    @RegisterExtension
    static final EngineUnderTest ENGINE = EngineUnderTest.withBusybox();

    /** An engine with a data root of its own and the exec root of the first one. */
    private static Result otherEngine() {
        return new Program(List.of(
                        EngineUnderTest.program(),
                        "engine",
                        "--detach",
                        "--bridge",
                        "none",
                        "--data-root",
                        ENGINE.folder() + "/other",
                        "--exec-root",
                        ENGINE.execRoot().toString(),
                        "--host",
                        "unix://" + ENGINE.folder() + "/other-socket",
                        "--pidfile",
                        ENGINE.folder() + "/other-pid"))
                .run(120);
    }

    @Test
    @DisplayName("After a kill of the engine another one with the same exec root is refused as long as containers run"
            + " there, and they run on")
    void containersOfAKilledEngine() {
        String id = ENGINE.runDetached("--name", "served", "busybox", "sh", "-c", "while :; do sleep 1; done");
        long process = ENGINE.inspect(id).path("State").path("Pid").longValue();
        ENGINE.kill();

        Result refused = otherEngine();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("exec root " + ENGINE.execRoot()
                        + " serves running containers of the engine with the data root "
                        + ENGINE.dataRoot()
                        + ": start that one and stop them, or give this one an exec root of its own");
        assertThat(ProcessHandle.of(process)).isPresent();

        ENGINE.start();
        assertThat(ENGINE.inspect(id).path("State").path("Pid").longValue()).isEqualTo(process);
        assertThat(ENGINE.ok("exec", "served", "ls", "/bin/busybox")).isEqualTo("/bin/busybox");
        ENGINE.ok("rm", "-f", "served");
        ENGINE.stop();

        // Nothing runs there: it serves whichever engine comes.
        otherEngine().requireOk();
        Program.of(EngineUnderTest.program(), "engine", "--stop", "--pidfile", ENGINE.folder() + "/other-pid")
                .run(90)
                .requireOk();
        ENGINE.start();
    }
}

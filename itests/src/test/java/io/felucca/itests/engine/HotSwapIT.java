package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B1: drivers are stopped, replaced and started while containers run. */
@Timeout(300)
class HotSwapIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static Path bundle(String name) throws IOException {
        try (Stream<Path> files = Files.walk(EngineUnderTest.home().resolve("bundles"))) {
            return files.filter(file -> file.getFileName().toString().matches("felucca-" + name + "(-[0-9].*)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @DisplayName("B1: containers on overlay2 never notice that its bundle is stopped, updated and started")
    void B1_containersNeverNotice() throws IOException {
        String id = engine.runDetached(
                "-i",
                "--name",
                "unaware",
                "busybox",
                "sh",
                "-c",
                "i=0; while :; do echo $i > /m; mv /m /n; i=$((i+1)); sleep 0.05; done");
        String pid = engine.inspect(id).path("State").path("Pid").asText();
        String started = startTime(pid);
        await().until(() -> engine.felucca("exec", id, "cat", "/n").run().exit() == 0);
        int before = Integer.parseInt(engine.ok("exec", id, "cat", "/n"));

        engine.ok("driver", "stop", "overlay2");
        assertThat(engine.ok("driver", "ls")).contains("io.felucca.storage.overlay2");
        // What needs no storage works while it is away.
        assertThat(engine.ok("ps", "-q")).isEqualTo(id.substring(0, 12));
        assertThat(engine.status(id)).isEqualTo("running");
        assertThat(Integer.parseInt(engine.ok("exec", id, "cat", "/n"))).isGreaterThan(before);
        engine.ok("logs", id);
        Program.Running waiting = engine.runOnce("busybox", "echo", "waited").start();

        engine.ok("driver", "start", "overlay2");

        assertThat(waiting.finish().requireOk().out()).isEqualTo("waited\n");
        engine.ok("driver", "update", "overlay2", bundle("storage-overlay2").toString());
        assertThat(engine.runOnce("busybox", "echo", "after").ok()).isEqualTo("after");
        assertThat(startTime(pid)).isEqualTo(started);
        assertThat(engine.ok("exec", id, "cat", "/etc/os-release")).contains("felucca-test");
        engine.ok("rm", "-f", id);
    }

    private static String startTime(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }

    @Test
    @DisplayName("B1: with no replacement what needs the driver fails with its name; the rest works")
    void B1_noReplacement() {
        String id = engine.runDetached("--name", "kept", "busybox", "sleep", "1000");
        engine.ok("driver", "stop", "overlay2");
        try {
            long begin = System.nanoTime();
            Result run = engine.runOnce("busybox", "true").run();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(run.exit()).isEqualTo(125);
            assertThat(run.err()).contains("overlay2");
            assertThat(run.err().strip().lines()).hasSizeLessThanOrEqualTo(3);
            assertThat(took).isGreaterThan(Duration.ofSeconds(4));
            assertThat(engine.ok("exec", id, "echo", "runs")).isEqualTo("runs");
            engine.ok("stop", "-t", "0", id);
            assertThat(engine.status(id)).isEqualTo("exited");
            assertThat(engine.ok("ps", "-a", "-q").lines()).hasSize(1);
        } finally {
            engine.ok("driver", "start", "overlay2");
        }
        engine.ok("start", id);
        assertThat(engine.status(id)).isEqualTo("running");
    }

    @Test
    @DisplayName("B1: the time without the driver is measured")
    void B1_timeWithoutTheDriver() throws IOException {
        String jar = bundle("storage-overlay2").toString();
        engine.ok("driver", "update", "overlay2", jar);
        long worst = 0;
        for (int i = 0; i < 5; i++) {
            try (Program.Running updating =
                    engine.felucca("driver", "update", "overlay2", jar).start()) {
                long begin = System.nanoTime();
                engine.runOnce("busybox", "true").run().requireOk();
                worst = Math.max(worst, System.nanoTime() - begin);
                updating.finish().requireOk();
            }
        }
        System.out.println("HotSwapIT: a run begun during an update of overlay2 took at most "
                + Duration.ofNanos(worst).toMillis() + " ms of the client's time");
    }

    @Test
    @DisplayName("B1: the runtime's driver goes and comes; attach, logs and exits do not need it")
    void B1_runtimeDriver() {
        engine.runDetached("-i", "--name", "reader", "busybox", "sh", "-c", "read x; echo got $x; exit 5");
        engine.ok("driver", "stop", "io.felucca.runtime.oci");
        try {
            assertThat(engine.felucca("attach", "reader").stdin("it\n").run().out())
                    .isEqualTo("got it\n");
            await().until(() -> engine.status("reader").equals("exited"));
            assertThat(engine.inspect("reader").path("State").path("ExitCode").intValue())
                    .isEqualTo(5);
            assertThat(engine.ok("logs", "reader")).isEqualTo("got it");
        } finally {
            engine.ok("driver", "start", "io.felucca.runtime.oci");
        }
        assertThat(engine.runOnce("busybox", "echo", "again").ok()).isEqualTo("again");
    }

    @Test
    @DisplayName("B2: two storage drivers work at once, chosen per container")
    void B2_twoDriversAtOnce() {
        String overlay = engine.runDetached(
                "--storage-opt", "driver=overlay2", "busybox", "sh", "-c", "echo o > /f; sleep 1000");
        String vfs =
                engine.runDetached("--storage-opt", "driver=vfs", "busybox", "sh", "-c", "echo v > /f; sleep 1000");

        await().untilAsserted(() -> {
            assertThat(engine.ok("exec", overlay, "cat", "/f")).isEqualTo("o");
            assertThat(engine.ok("exec", vfs, "cat", "/f")).isEqualTo("v");
        });
        assertThat(engine.inspect(overlay).path("Driver").textValue()).isEqualTo("overlay2");
        assertThat(engine.inspect(vfs).path("Driver").textValue()).isEqualTo("vfs");
        assertThat(engine.ok("exec", overlay, "grep", " / ", "/proc/self/mounts"))
                .contains("overlay");
        assertThat(engine.ok("exec", vfs, "grep", " / ", "/proc/self/mounts")).doesNotContain("overlay");
    }

    @Test
    @DisplayName("api and linux are no drivers: updating them is refused")
    void coreBundlesAreNoDrivers() {
        for (String name : List.of("io.felucca.api", "io.felucca.linux", "io.felucca.linux.native")) {
            assertThat(engine.felucca("driver", "stop", name).run().exit())
                    .as(name)
                    .isNotZero();
        }
        assertThat(engine.runOnce("busybox", "echo", "fine").ok()).isEqualTo("fine");
    }

    @Test
    void driverLsShowsWhatEachBundleBrings() {
        assertThat(engine.ok("driver", "ls")).contains("storage/overlay2", "storage/vfs", "runtime/");
    }
}

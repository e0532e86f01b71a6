package io.felucca.testkit.runtime;

import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.HeldTask;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a test runs.
 *
 * @param task for {@link RuntimeDriver#begin} or {@link RuntimeDriver#beginExec}
 * @param spec for {@link HeldTask#create}
 */
public record RuntimeTask(TaskSpec task, Map<String, Object> spec) {

    /** Makes a container of it, which is not started. */
    public Task create(RuntimeDriver driver) {
        try (HeldTask held = driver.begin(task)) {
            return held.create(spec, () -> {});
        }
    }

    /** Runs it in that container. */
    public Task exec(RuntimeDriver driver, String container, Runnable attachable) {
        try (HeldTask held = driver.beginExec(container, task)) {
            return held.create(spec, attachable);
        }
    }

    /** The same, whose monitor keeps these descriptors of this process open. */
    RuntimeTask withHeld(List<Integer> descriptors) {
        TaskSpec holding = new TaskSpec(
                task.id(),
                task.directory(),
                task.exitDirectory(),
                task.bundle(),
                task.terminal(),
                task.stdin(),
                task.stdinOnce(),
                task.log(),
                task.logMaxBytes(),
                descriptors);
        return new RuntimeTask(holding, spec);
    }

    public String id() {
        return task.id();
    }

    public Path directory() {
        return task.directory();
    }

    public Path exitDirectory() {
        return task.exitDirectory();
    }

    public Path log() {
        return task.log().orElseThrow();
    }
}

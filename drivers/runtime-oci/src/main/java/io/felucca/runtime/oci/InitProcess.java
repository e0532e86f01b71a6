package io.felucca.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A container's first process, as crun ({@code status}) and runc ({@code state.json}) note it in their state folders.
 * Ended before the runtime's own forced delete: that one kills and at once removes the cgroups, which the kernel refuses
 * until the process is really gone (seen with runc 1.1.5 on a busy machine: the cgroups were left behind).
 */
final class InitProcess {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A frozen one does not end at all: the runtime thaws it. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private InitProcess() {}

    /** Returns when it is gone, or will not go. */
    static void kill(RuntimeProgram program, String id, Processes processes) {
        Optional<ProcessId> init = find(program, id, processes);
        if (init.isEmpty()) {
            return;
        }
        processes.open(init.get()).ifPresent(open -> {
            try (PidFd process = open) {
                processes.signal(process, Processes.SIGKILL);
            }
        });
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (processes.isAlive(init.get()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static Optional<ProcessId> find(RuntimeProgram program, String id, Processes processes) {
        JsonNode crun = read(program.stateOf(id).resolve("status"));
        JsonNode runc = read(program.stateOf(id).resolve("state.json"));
        int pid = crun.path("pid").asInt(runc.path("init_process_pid").asInt(0));
        String start = crun.path("process-start-time")
                .asText(runc.path("init_process_start").asText(""));
        return pid <= 0
                ? Optional.empty()
                : processes.identify(pid).filter(process -> start.equals(Long.toString(process.startTicks())));
    }

    private static JsonNode read(Path file) {
        try {
            return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
        } catch (IOException e) {
            return JSON.createObjectNode(); // it goes away meanwhile, or is no longer what it was: left to the runtime
        }
    }
}

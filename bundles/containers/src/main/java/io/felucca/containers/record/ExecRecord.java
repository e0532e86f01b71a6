package io.felucca.containers.record;

import io.felucca.containers.Containers.ExecSpec;
import io.felucca.linux.ProcessId;

/**
 * An exec that runs, for the engine after this one: {@code exec.json} beside its exit file, from its start to its end.
 *
 * @param pid of its first process
 * @param monitor as {@link ProcessId#toString} writes it
 */
public record ExecRecord(String id, ExecSpec spec, int pid, String monitor) {

    public ProcessId monitorId() {
        return ProcessId.parse(monitor);
    }
}

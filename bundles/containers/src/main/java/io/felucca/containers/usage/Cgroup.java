package io.felucca.containers.usage;

import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.ContainerStats.Cpu;
import io.felucca.containers.ContainerStats.Memory;
import io.felucca.containers.ContainerStats.Pids;
import java.util.List;

/** What a group's counters say; zeros when the group has gone. */
interface Cgroup {

    Cpu cpu();

    Memory memory();

    List<BlockCount> ioBytes();

    List<BlockCount> ioOperations();

    Pids pids();
}

package io.felucca.containers.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.containers.ContainerStats;
import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.Containers.ProcessTable;
import io.felucca.linux.kernel.process.KernelProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files as kernels 6.1 and 6.18 write them. */
class UsageReaderTest {

    @TempDir
    Path folder;

    private Path proc;
    private Path cgroups;

    @BeforeEach
    void machine() throws IOException {
        proc = folder.resolve("proc");
        cgroups = folder.resolve("cgroup");
        write(proc.resolve("stat"), "cpu  100 1 20 1000 5 0 2 0 0 0\ncpu0 50 0 10 500 2 0 1 0 0 0\n");
        write(proc.resolve("meminfo"), "MemTotal:        1024 kB\nMemFree:  1 kB\n");
        write(proc.resolve("7/net/dev"), """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0       0          0
                  eth0: 1516 18 1 2 0 0 0 0 656 8 3 4 0 0 0 0
                """);
        link(proc.resolve("7/ns/net"), "net:[4026532000]");
        link(proc.resolve("self/ns/net"), "net:[4026531840]");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void link(Path link, String target) throws IOException {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private ContainerStats read(boolean unified) {
        return new UsageReader(proc, cgroups, unified, 2).read("/f/x", 7, () -> true);
    }

    @Test
    @DisplayName("cgroup v2: counters in microseconds become nanoseconds, max is the machine's memory")
    void unified() throws IOException {
        Path group = cgroups.resolve("f/x");
        write(
                group.resolve("cpu.stat"),
                "usage_usec 3000\nuser_usec 2000\nsystem_usec 1000\nnr_periods 4\nnr_throttled 2\nthrottled_usec 9\n");
        write(group.resolve("memory.current"), "4096\n");
        write(group.resolve("memory.max"), "max\n");
        write(group.resolve("memory.stat"), "anon 10\ninactive_file 96\n");
        write(group.resolve("io.stat"), "8:0 rbytes=5 wbytes=6 rios=1 wios=2 dbytes=0 dios=0\n");
        write(group.resolve("pids.current"), "3\n");
        write(group.resolve("pids.max"), "max\n");

        ContainerStats stats = read(true);
        assertThat(stats.cpu())
                .isEqualTo(new ContainerStats.Cpu(3_000_000, List.of(), 1_000_000, 2_000_000, 4, 2, 9_000));
        assertThat(stats.memory().usageBytes()).isEqualTo(4096);
        assertThat(stats.memory().limitBytes()).isEqualTo(1 << 20);
        assertThat(stats.memory().details()).isEqualTo(Map.of("anon", 10L, "inactive_file", 96L));
        assertThat(stats.ioBytes()).containsExactly(new BlockCount(8, 0, "read", 5), new BlockCount(8, 0, "write", 6));
        assertThat(stats.ioOperations())
                .containsExactly(new BlockCount(8, 0, "read", 1), new BlockCount(8, 0, "write", 2));
        assertThat(stats.pids()).isEqualTo(new ContainerStats.Pids(3, 0));
        assertThat(stats.systemCpuNanos()).isEqualTo(1128 * 10_000_000L);
        assertThat(stats.networks())
                .isEqualTo(Map.of("eth0", new ContainerStats.Network(1516, 18, 1, 2, 656, 8, 3, 4)));
    }

    @Test
    @DisplayName("cgroup v1: each controller in its hierarchy, ticks become nanoseconds")
    void hierarchies() throws IOException {
        write(cgroups.resolve("cpuacct/f/x/cpuacct.usage"), "7000\n");
        write(cgroups.resolve("cpuacct/f/x/cpuacct.usage_percpu"), "3000 4000 \n");
        write(cgroups.resolve("cpuacct/f/x/cpuacct.stat"), "user 3\nsystem 2\n");
        write(cgroups.resolve("cpu/f/x/cpu.stat"), "nr_periods 4\nnr_throttled 2\nthrottled_time 9\n");
        write(cgroups.resolve("memory/f/x/memory.usage_in_bytes"), "4096\n");
        write(cgroups.resolve("memory/f/x/memory.max_usage_in_bytes"), "8192\n");
        write(cgroups.resolve("memory/f/x/memory.limit_in_bytes"), "65536\n");
        write(cgroups.resolve("memory/f/x/memory.stat"), "cache 10\ntotal_inactive_file 96\n");
        write(
                cgroups.resolve("blkio/f/x/blkio.throttle.io_service_bytes_recursive"),
                "8:0 Read 5\n8:0 Write 6\nTotal 11\n");
        write(cgroups.resolve("pids/f/x/pids.current"), "3\n");
        write(cgroups.resolve("pids/f/x/pids.max"), "50\n");

        ContainerStats stats = read(false);
        assertThat(stats.cpu())
                .isEqualTo(new ContainerStats.Cpu(7000, List.of(3000L, 4000L), 20_000_000, 30_000_000, 4, 2, 9));
        assertThat(stats.memory().limitBytes()).isEqualTo(65536);
        assertThat(stats.memory().maxUsageBytes()).isEqualTo(8192);
        assertThat(stats.ioBytes()).containsExactly(new BlockCount(8, 0, "Read", 5), new BlockCount(8, 0, "Write", 6));
        assertThat(stats.pids()).isEqualTo(new ContainerStats.Pids(3, 50));
    }

    @Test
    @DisplayName("what has ended meanwhile reads as zeros, and the host's network is not a container's")
    void whatIsGone() throws IOException {
        ContainerStats stats = new UsageReader(proc, cgroups, false, 2).read("/f/gone", 99, () -> true);
        assertThat(stats.memory().usageBytes()).isZero();
        assertThat(stats.networks()).isEmpty();
        Files.delete(proc.resolve("self/ns/net"));
        link(proc.resolve("self/ns/net"), "net:[4026532000]");
        assertThat(read(false).networks()).isEmpty();
    }

    @Test
    @DisplayName("top and stats show nothing of a process whose number was a container's until a moment ago")
    void numbersThatWereReused() {
        assertThat(new UsageReader(proc, cgroups, false, 2)
                        .read("/f/x", 7, () -> false)
                        .networks())
                .isEmpty();
        int own = (int) ProcessHandle.current().pid();
        Iterator<List<Integer>> lists =
                List.of(List.of(own), List.<Integer>of()).iterator();
        assertThat(new HostProcesses(new KernelProcesses())
                        .table("", lists::next)
                        .rows())
                .isEmpty();
        assertThat(new HostProcesses(new KernelProcesses())
                        .table("", () -> List.of(own))
                        .rows())
                .hasSize(1);
    }

    @Test
    @DisplayName("top takes the lines of a container's processes out of ps, and refuses to be misled")
    void processTables() {
        String text = """
                UID          PID    PPID  C STIME TTY          TIME CMD
                root           1       0  0 13:02 ?        00:00:00 /sbin/init
                root          77      76  0 13:03 ?        00:00:00 sh -c  sleep 5
                """;
        ProcessTable table = HostProcesses.select(text, Set.of(77));
        assertThat(table.titles()).containsExactly("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
        assertThat(table.rows())
                .containsExactly(List.of("root", "77", "76", "0", "13:03", "?", "00:00:00", "sh -c  sleep 5"));
        assertThatThrownBy(() -> HostProcesses.select("CMD\nsh\n", Set.of(1)))
                .hasMessage("Couldn't find PID field in ps output");
        assertThatThrownBy(() -> HostProcesses.checkOptions(" -o ppid=PID"))
                .hasMessage("specifying \"ppid=PID\" is not allowed");
        HostProcesses.checkOptions(" -o pid=PID");
    }
}

package io.felucca.runtime.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a move to a cgroup that is made ahead of a container's")
class CgroupMovesTest {

    private static final String UNIFIED = "29 25 0:26 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
    private static final String MEMORY = "27 25 0:24 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";

    @Test
    void onV1IsOfAThreadToTheRoot() {
        assertThat(CgroupMoves.file("4:memory:/system.slice/karaf.service\n0::/\n", UNIFIED + MEMORY))
                .contains(Path.of("/sys/fs/cgroup/memory/tasks"));
    }

    @Test
    void onV2StaysInTheProcessesOwnCgroup() {
        assertThat(CgroupMoves.file("0::/system.slice/karaf.service\n", UNIFIED))
                .contains(Path.of("/sys/fs/cgroup/unified/system.slice/karaf.service/cgroup.threads"));
        assertThat(CgroupMoves.file("0::/\n", UNIFIED)).contains(Path.of("/sys/fs/cgroup/unified/cgroup.threads"));
    }

    @Test
    void isNotMadeWithoutAnyHierarchy() {
        assertThat(CgroupMoves.file("0::/\n", "23 1 0:22 / / rw - ext4 /dev/vda rw\n"))
                .isEmpty();
    }

    @Test
    @DisplayName("takes a thread, gives it back, and leaves the process where it is")
    void takesAThreadForAWhile() throws IOException {
        Path own = Path.of("/proc/self/cgroup");
        String before = Files.readString(own);
        try (OutsideThreads threads = new OutsideThreads()) {
            CgroupMoves moves = new CgroupMoves(threads);

            moves.expect();

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !threadsOf("felucca-monitor-start").isEmpty());
            await().atMost(Duration.ofSeconds(20)).until(() -> !moves.underWay());
            assertThat(Files.readString(own)).isEqualTo(before);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> threadsOf("felucca-monitor-start").isEmpty());
    }

    /** The kernel keeps 15 characters of a thread's name. */
    private static List<Path> threadsOf(String name) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            return all.filter(thread -> nameOf(thread).equals(name.substring(0, 15)))
                    .toList();
        }
    }

    private static String nameOf(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }
}

package io.felucca.runtime.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("B3 the cgroups that a monitor must leave")
class OwnCgroupsTest {

    private static final String HYBRID = """
            25 23 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
            26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            27 25 0:24 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            28 25 0:25 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
            29 25 0:26 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;

    @Test
    void onV1ByThreadAndOnV2ByProcess() {
        String own = """
                9:name=systemd:/system.slice/karaf.service
                4:memory:/system.slice/karaf.service
                2:cpu,cpuacct:/
                0::/system.slice/karaf.service
                """;

        assertThat(OwnCgroups.of(own, HYBRID))
                .isEqualTo(new OwnCgroups(
                        java.util.List.of(
                                Path.of("/sys/fs/cgroup/systemd/tasks"), Path.of("/sys/fs/cgroup/memory/tasks")),
                        java.util.List.of(Path.of("/sys/fs/cgroup/unified/cgroup.procs"))));
    }

    @Test
    void nothingToLeaveInTheRoots() {
        assertThat(OwnCgroups.of("4:memory:/\n0::/\n", HYBRID))
                .isEqualTo(new OwnCgroups(java.util.List.of(), java.util.List.of()));
    }

    @Test
    void unifiedAlone() {
        String mounts = "30 25 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

        assertThat(OwnCgroups.of("0::/system.slice/karaf.service\n", mounts).v2Processes())
                .containsExactly(Path.of("/sys/fs/cgroup/cgroup.procs"));
    }
}

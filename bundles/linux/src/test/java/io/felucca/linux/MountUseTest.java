package io.felucca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountUseTest {

    private static final MountInfo ROOT = mount(8, 1, "/", "/", "ext4", "rw");

    @Test
    void findsTheSourceOfABindMount() {
        MountInfo bind = mount(8, 1, "/data/layers/a/diff", "/run/a", "ext4", "rw");
        assertThat(MountUse.isMounted(List.of(ROOT, bind), Path.of("/data/layers/a/diff")))
                .isTrue();
        assertThat(MountUse.isMounted(List.of(ROOT, bind), Path.of("/data/layers/b/diff")))
                .isFalse();
    }

    @Test
    void findsTheUpperDirectoryOfAnOverlay() {
        MountInfo overlay =
                mount(0, 50, "/", "/run/a", "overlay", "rw,lowerdir=/l/A,upperdir=/data/a/diff,workdir=/data/a/work");
        assertThat(MountUse.isMounted(List.of(ROOT, overlay), Path.of("/data/a/diff")))
                .isTrue();
        assertThat(MountUse.isMounted(List.of(ROOT, overlay), Path.of("/data/a")))
                .isFalse();
    }

    @Test
    void knowsAFolderOnAFileSystemThatIsMountedBelow() {
        MountInfo disk = mount(8, 2, "/", "/data", "xfs", "rw");
        MountInfo bind = mount(8, 2, "/layers/a", "/run/a", "xfs", "rw");
        MountInfo otherDisk = mount(8, 3, "/layers/a", "/run/b", "xfs", "rw");
        assertThat(MountUse.isMounted(List.of(ROOT, disk, bind), Path.of("/data/layers/a")))
                .isTrue();
        assertThat(MountUse.isMounted(List.of(ROOT, disk, otherDisk), Path.of("/data/layers/a")))
                .isFalse();
    }

    private static MountInfo mount(int major, int minor, String root, String point, String type, String superOptions) {
        return new MountInfo(1, 0, major, minor, root, point, "rw", "", type, "x", superOptions);
    }
}

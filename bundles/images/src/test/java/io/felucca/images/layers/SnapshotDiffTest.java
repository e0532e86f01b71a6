package io.felucca.images.layers;

import static io.felucca.images.layers.Trees.sh;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.images.changes.Change;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.PathTree;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.btrfs.BtrfsDriver;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.storage.LayerBench;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A comparison where the driver says that something may differ finds what one of all finds. Needs root and mkfs.btrfs
 * (package btrfs-progs).
 */
@Tag("root")
@DisplayName("changes that a driver of snapshots tells of (S34)")
class SnapshotDiffTest {

    private static final LayerDiff.Filter ALL = LayerDiff.Filter.ALL;

    private LoopDisk disk;
    private LayerBench bench;

    @BeforeEach
    void makeDisk() {
        disk = LoopDisk.make(256 << 20, "mkfs.btrfs", "-q");
        bench = new LayerBench(
                new BtrfsDriver(new KernelDirectories(), new KernelMounts(), new KernelBtrfs()),
                Map.of(),
                disk.folder());
    }

    @AfterEach
    void endDisk() {
        try {
            if (bench != null) {
                bench.close();
            }
        } finally {
            disk.close();
        }
    }

    private void begin(String base) {
        begin(() -> sh(mounted("making"), base));
    }

    private void begin(Runnable base) {
        bench.store().prepare("making", "", IdMap.NONE);
        bench.in("making", root -> base.run());
        bench.store().commit("base", "making");
        bench.store().prepare("a", "base", IdMap.NONE);
        bench.store().view("before", "base");
    }

    private Path mounted(String key) {
        return bench.folder().resolve("mounts").resolve(key);
    }

    private List<Change> changesAfter(String script) {
        return changesAfter(() -> sh(mounted("a"), script));
    }

    /** What both comparisons say, which is the same; nothing is unmounted or synced before the driver is asked. */
    private List<Change> changesAfter(Runnable work) {
        try (Directory lower = bench.mount("before");
                Directory upper = bench.mount("a")) {
            work.run();
            Optional<List<byte[]>> told = ((LayerChanges) bench.store()).changedPaths("a");
            Optional<PathTree> only = told.map(PathTree::of);
            List<Change> all = LayerDiff.changes(Optional.of(lower), upper, Owners.HOST, ALL)
                    .toList();

            List<Change> some = LayerDiff.changes(Optional.of(lower), upper, only, Owners.HOST, ALL)
                    .toList();

            assertThat(only).isPresent();
            assertThat(some)
                    .as(told.get().stream()
                            .map(path -> new String(path, StandardCharsets.UTF_8))
                            .toList()
                            .toString())
                    .hasToString(all.toString());
            assertThat(archive(lower, upper, only)).isEqualTo(archive(lower, upper, Optional.empty()));
            return some;
        } finally {
            bench.unmount("a");
            bench.unmount("before");
        }
    }

    private static byte[] archive(Directory lower, Directory upper, Optional<PathTree> only) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerDiff.write(Optional.of(lower), upper, only, Owners.HOST, ALL, Optional.empty(), tar);
        return tar.toByteArray();
    }

    @Test
    @DisplayName("S34 every kind of change, in bytes that were not written back yet, under names that are no text")
    void S34_everyKindOfChange() {
        begin("""
                mkdir -p usr/bin tmp gone/with/all kept/still moved/in other; chmod 1777 tmp
                echo a > usr/bin/a; ln usr/bin/a kept/b; echo same > same; echo x > $'odd\\xff\\nname'
                echo 1 > gone/with/all/1; echo 2 > kept/still/2; echo 3 > moved/in/3; echo 4 > other/4; mkfifo fifo
                echo t > touched; echo open > open; ln -s a link; mkdir replaced; echo r > replaced/r; cat same
                """);
        String changes = changesAfter("""
                        echo more >> usr/bin/a; echo new > tmp/new; chmod 700 kept/still; rm -r gone; rm fifo; mkdir fifo
                        mv moved away; mv other moved; echo in >> moved/4; rm $'odd\\xff\\nname'; ln same tmp/same
                        touch -d 2001-01-01 touched; exec 5<open; rm open; ln -snf b link; cat same
                        rm -r replaced; echo r > replaced; mkdir -p new/deep; echo d > new/deep/d
                        """).toString();
        assertThat(changes)
                .isEqualTo("[A /away, A /away/in, A /away/in/3, C /fifo, D /gone, C /kept, C /kept/b, C /kept/still,"
                        + " C /link, C /moved, A /moved/4, D /moved/in, A /new, A /new/deep, A /new/deep/d,"
                        + " D /odd\ufffd\nname, D /open, D /other, C /replaced, C /tmp, A /tmp/new, A /tmp/same,"
                        + " C /touched, C /usr, C /usr/bin, C /usr/bin/a]");
    }

    @Test
    @DisplayName("S34 what was only read is no change, and takes no space")
    void S34_whatWasOnlyReadIsNoChange() {
        begin("mkdir d; echo 1 > d/1; echo 2 > d/2");

        assertThat(changesAfter("cat d/*; ls -l d")).isEmpty();

        assertThat(bench.store().usage("a").sizeBytes()).isZero();
        assertThat(bench.store().usage("a").inodes()).isZero();
    }

    @Test
    @DisplayName("S34 a file has changed under each of its names, also where they fill more than a block")
    void S34_eachNameOfAFile() {
        begin(
                "mkdir d; echo 1 >d/f; long=$(printf 'l%.0s' $(seq 200)); for i in $(seq 300); do ln d/f d/$long$i; done");

        assertThat(changesAfter("echo 2 >>d/f")).hasSize(302);
    }

    @RepeatedTest(8)
    @DisplayName("S34 hundreds of changes, by chance from a known seed")
    void S34_changesByChance(RepetitionInfo repetition) {
        RandomChanges random = new RandomChanges(repetition.getCurrentRepetition());
        begin(() -> random.fill(mounted("making")));
        for (int round = 0; round < 3; round++) {
            assertThat(changesAfter(() -> random.change(mounted("a")))).isNotEmpty();
        }
    }

    @Test
    @DisplayName("S34 a diff of 2,000 files in an image of 20,000, for the figures in docs/performance.md")
    void S34_twoThousandOfTwentyThousand() {
        begin("""
                for d in $(seq 200); do mkdir -p d$d/e; for f in $(seq 100); do echo $f >d$d/e/$f; done; done
                """);
        assertThat(changesAfter("for d in $(seq 200); do for f in $(seq 10); do echo new >>d$d/e/$f; done; done"))
                .hasSize(2_000 + 2 * 200);
        List<Long> told = new ArrayList<>();
        List<Long> compared = new ArrayList<>();
        try (Directory lower = bench.mount("before");
                Directory upper = bench.mount("a")) {
            for (int i = 0; i < 10; i++) {
                compared.add(millis(() -> LayerDiff.changes(Optional.of(lower), upper, Owners.HOST, ALL)
                        .toList()));
                told.add(millis(() -> {
                    Optional<PathTree> only =
                            ((LayerChanges) bench.store()).changedPaths("a").map(PathTree::of);
                    LayerDiff.changes(Optional.of(lower), upper, only, Owners.HOST, ALL)
                            .toList();
                }));
            }
        } finally {
            bench.unmount("a");
            bench.unmount("before");
        }
        System.out.println("SnapshotDiffTest: 2,000 changed files of 20,000, medians of 10: told by the driver "
                + median(told) + " ms, all compared " + median(compared) + " ms");
    }

    private static long millis(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1_000_000;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}

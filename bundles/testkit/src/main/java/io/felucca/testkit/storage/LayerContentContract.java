package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.exists;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.names;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a layer shows of its parents and keeps of what is written. */
interface LayerContentContract {

    int MEBIBYTE = 1 << 20;

    LayerBench bench();

    @Test
    @DisplayName("S12 writing copies up and leaves the lower layer unchanged")
    default void S12_writingLeavesTheLowerLayerUnchanged() {
        bench().layer("base", "", root -> write(root, "file", "lower"));
        bench().store().prepare("a", "base", IdMap.NONE);
        bench().store().prepare("b", "base", IdMap.NONE);
        bench().in("a", root -> {
            write(root, "file", "upper");
            root.setMode(bytes("file"), 0600);
            assertThat(read(root, "file")).isEqualTo("upper");
        });
        bench().in("b", root -> assertThat(read(root, "file")).isEqualTo("lower"));
        bench().look("base", root -> {
            assertThat(read(root, "file")).isEqualTo("lower");
            assertThat(root.stat(bytes("file")).mode()).isEqualTo(0644);
        });
    }

    @Test
    @DisplayName("S5 deleting a lower file only marks it: the lower layer keeps the bytes")
    default void S5_deletingALowerFileOnlyHidesIt() {
        bench().layer("base", "", root -> write(root, "big", "x".repeat(MEBIBYTE)));
        long lower = bench().store().usage("base").sizeBytes();
        bench().layer("top", "base", root -> root.unlink(bytes("big")));
        bench().look("top", root -> assertThat(exists(root, "big")).isFalse());
        bench().look("base", root -> assertThat(read(root, "big")).hasSize(MEBIBYTE));
        assertThat(bench().store().usage("base").sizeBytes()).isEqualTo(lower).isEqualTo(MEBIBYTE);
        assertThat(bench().store().usage("top").sizeBytes()).isZero();
        bench().layer("again", "top", root -> write(root, "big", "new"));
        bench().look("again", root -> assertThat(read(root, "big")).isEqualTo("new"));
    }

    @Test
    @DisplayName("S9 the writable layer dies with its container, and the disk is freed")
    default void S9_aRemovedLayerIsGoneAndItsDiskComesBack() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        bench().store().prepare("a", "base", IdMap.NONE);
        long before = bench().usedBytes();
        bench().in("a", root -> write(root, "big", "x".repeat(4 * MEBIBYTE)));
        assertThat(bench().usedBytes()).isGreaterThan(before + 3 * MEBIBYTE);
        bench().store().remove("a");
        bench().store().prepare("a", "base", IdMap.NONE);
        bench().in("a", root -> assertThat(names(root)).containsExactly("file"));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench().usedBytes()).isLessThan(before + MEBIBYTE));
    }

    @Test
    default void usageIsTheLayersOwnBytesWithHardLinksOnce() {
        bench().layer("base", "", root -> {
            write(root, "one", "x".repeat(100_000));
            root.makeLink(root, bytes("one"), bytes("two"));
        });
        bench().layer("top", "base", root -> write(root, "small", "x".repeat(10)));
        bench().store().view("view", "top");
        assertThat(bench().store().usage("base").sizeBytes()).isEqualTo(100_000);
        assertThat(bench().store().usage("top").sizeBytes()).isEqualTo(10);
        assertThat(bench().store().usage("top").inodes()).isBetween(1L, 3L);
        assertThat(bench().store().usage("view").sizeBytes()).isZero();
    }

    @Test
    default void aFolderThatWasReplacedShowsNothingOfTheLowerOne() {
        bench().layer(
                        "base",
                        "",
                        root -> folder(root, "dir", dir -> {
                            write(dir, "old", "1");
                            folder(dir, "sub", sub -> write(sub, "deep", "1"));
                        }));
        bench().layer("top", "base", root -> {
            root.removeTree(bytes("dir"));
            folder(root, "dir", dir -> write(dir, "new", "2"));
        });
        bench().store().prepare("a", "top", IdMap.NONE);
        bench().in(
                        "a",
                        root -> folder(
                                root, "dir", dir -> assertThat(names(dir)).containsExactly("new")));
        bench().look("base", root -> assertFolder(root, "dir", "old", "sub"));
    }

    private static void assertFolder(Directory root, String name, String... content) {
        try (Directory below = root.openDirectory(bytes(name), Resolve.NO_SYMLINKS)) {
            assertThat(names(below)).containsExactly(content);
        }
    }

    @Test
    default void aNameMayChangeItsType() {
        bench().layer("base", "", root -> {
            write(root, "file", "1");
            folder(root, "dir", dir -> write(dir, "inside", "1"));
            root.makeSymlink(bytes("link"), bytes("dir"));
        });
        bench().layer("top", "base", root -> {
            root.unlink(bytes("file"));
            folder(root, "file", dir -> write(dir, "inside", "2"));
            root.removeTree(bytes("dir"));
            write(root, "dir", "2");
            root.unlink(bytes("link"));
            folder(root, "link", dir -> {});
        });
        bench().look("top", root -> {
            assertFolder(root, "file", "inside");
            assertThat(read(root, "dir")).isEqualTo("2");
            assertFolder(root, "link");
        });
    }

    @Test
    default void hardLinksStayLinks() {
        bench().layer("base", "", root -> {
            write(root, "one", "same");
            folder(root, "dir", dir -> dir.makeLink(root, bytes("one"), bytes("two")));
            root.makeSymlink(bytes("link"), bytes("anywhere"));
            root.makeLink(root, bytes("link"), bytes("link2"));
        });
        bench().layer("top", "base", root -> write(root, "other", ""));
        bench().look("top", root -> {
            Stat one = root.stat(bytes("one"));
            assertThat(one.links()).isEqualTo(2);
            assertFolder(root, "dir", "two");
            try (Directory dir = root.openDirectory(bytes("dir"), Resolve.NO_SYMLINKS)) {
                assertThat(dir.stat(bytes("two")).inode()).isEqualTo(one.inode());
            }
            assertThat(root.stat(bytes("link")).links()).isEqualTo(2);
        });
    }

    @Test
    default void attributesAreExact() {
        Stat.Time old = new Stat.Time(-1_000_000, 123_456_789);
        Stat.Time recent = new Stat.Time(1_700_000_001, 987_654_321);
        bench().layer("base", "", root -> {
            write(root, "file", "x");
            root.setOwner(bytes("file"), 1234, 4_000_000);
            root.setMode(bytes("file"), 06755);
            root.setXattr(bytes("file"), bytes("user.note"), new byte[] {0, -1, 10});
            root.setXattr(bytes("file"), bytes("security.capability"), netBindService());
            root.setTimes(bytes("file"), recent, old);
            root.makeSymlink(bytes("link"), bytes("/no/where"));
            root.setOwner(bytes("link"), 7, 8);
            root.setTimes(bytes("link"), recent, old);
            root.makeNode(bytes("null"), FileType.CHARACTER_DEVICE, 0666, 1L << 32 | 3);
            root.makeNode(bytes("disk"), FileType.BLOCK_DEVICE, 0660, 259L << 32 | 70_000);
            root.makeNode(bytes("fifo"), FileType.FIFO, 0640, 0);
            root.makeNode(bytes("socket"), FileType.SOCKET, 0600, 0);
            folder(root, "sticky", dir -> write(dir, "inside", ""));
            root.setMode(bytes("sticky"), 01777);
            root.setTimes(bytes("sticky"), recent, old);
        });
        bench().store().prepare("child", "base", IdMap.NONE);
        bench().in("child", root -> {
            Stat file = root.stat(bytes("file"));
            assertThat(List.of(file.uid(), file.gid(), file.mode())).containsExactly(1234, 4_000_000, 06755);
            assertThat(file.modified()).isEqualTo(old);
            assertThat(root.xattr(bytes("file"), bytes("user.note"))).contains(new byte[] {0, -1, 10});
            assertThat(root.xattr(bytes("file"), bytes("security.capability"))).contains(netBindService());
            Stat link = root.stat(bytes("link"));
            assertThat(root.readSymlink(bytes("link"))).isEqualTo(bytes("/no/where"));
            assertThat(List.of(link.uid(), link.gid())).containsExactly(7, 8);
            assertThat(link.modified()).isEqualTo(old);
            assertThat(root.stat(bytes("null")).rdev()).isEqualTo(1L << 32 | 3);
            assertThat(root.stat(bytes("disk")).rdev()).isEqualTo(259L << 32 | 70_000);
            assertThat(root.stat(bytes("fifo")).type()).isEqualTo(FileType.FIFO);
            assertThat(root.stat(bytes("fifo")).mode()).isEqualTo(0640);
            assertThat(root.stat(bytes("socket")).type()).isEqualTo(FileType.SOCKET);
            assertThat(root.stat(bytes("sticky")).mode()).isEqualTo(01777);
            assertThat(root.stat(bytes("sticky")).modified()).isEqualTo(old);
        });
    }

    /** VFS_CAP_REVISION_2, effective, CAP_NET_BIND_SERVICE permitted (linux/capability.h). */
    private static byte[] netBindService() {
        byte[] value = new byte[20];
        value[0] = 1;
        value[3] = 2;
        value[5] = 4;
        return value;
    }

    @Test
    default void theRootFolderIsAsTheParentsWas() {
        bench().layer("base", "", root -> {
            assertThat(root.stat().mode()).isEqualTo(0755);
            assertThat(root.stat().uid()).isZero();
            root.setOwner(12, 34);
            root.setMode(01711);
        });
        bench().layer("top", "base", root -> {});
        bench().store().prepare("a", "top", IdMap.NONE);
        bench().in("a", root -> {
            assertThat(root.stat().mode()).isEqualTo(01711);
            assertThat(root.stat().uid()).isEqualTo(12);
            assertThat(root.stat().gid()).isEqualTo(34);
        });
    }

    @Test
    default void namesAreBytes() {
        List<byte[]> odd = new ArrayList<>(List.of(
                new byte[] {(byte) 0xff},
                new byte[] {'a', (byte) 0xc3},
                bytes("名"),
                bytes(" "),
                bytes("a\nb"),
                bytes("-rf"),
                bytes("a:b,c\\d=e\"f'"),
                bytes(".wh.not"),
                bytes("x".repeat(255))));
        bench().layer(
                        "base",
                        "",
                        root -> odd.forEach(name -> {
                            root.createFile(name, 0644).close();
                            root.makeSymlink(concat(name, "l"), name);
                        }));
        bench().layer("top", "base", root -> {
            root.unlink(odd.get(0));
            root.unlink(concat(odd.get(0), "l"));
        });
        bench().look("top", root -> {
            assertThat(root.find(odd.get(0))).isEmpty();
            for (byte[] name : odd.subList(1, odd.size())) {
                assertThat(root.find(name)).isPresent();
                assertThat(root.readSymlink(concat(name, "l"))).isEqualTo(name);
            }
            assertThat(root.list()).hasSize(2 * (odd.size() - 1));
        });
    }

    private static byte[] concat(byte[] name, String end) {
        byte[] cut = name.length == 255 ? Arrays.copyOf(name, 250) : name;
        byte[] all = Arrays.copyOf(cut, cut.length + end.length());
        System.arraycopy(bytes(end), 0, all, cut.length, end.length());
        return all;
    }

    @Test
    default void holesStayHoles() {
        bench().layer("base", "", root -> {
            try (OpenFile file = root.createFile(bytes("sparse"), 0644)) {
                file.writeAt(ByteBuffer.wrap(bytes("begin")), 0);
                file.writeAt(ByteBuffer.wrap(bytes("end")), 64L * MEBIBYTE);
                file.truncate(65L * MEBIBYTE);
            }
        });
        bench().layer("top", "base", root -> write(root, "other", ""));
        bench().look("top", root -> {
            Stat sparse = root.stat(bytes("sparse"));
            assertThat(sparse.sizeBytes()).isEqualTo(65L * MEBIBYTE);
            assertThat(sparse.blocks() * 512).isLessThan(MEBIBYTE);
            try (OpenFile file = root.openFile(bytes("sparse"))) {
                ByteBuffer end = ByteBuffer.allocate(3);
                file.readAt(end, 64L * MEBIBYTE);
                assertThat(end.array()).isEqualTo(bytes("end"));
            }
        });
    }

    @Test
    default void manyLayersLieOnEachOther() {
        int count = 150;
        bench().layer("l0", "", root -> write(root, "f0", "0"));
        for (int i = 1; i < count; i++) {
            int n = i;
            bench().store().prepare("making", "l" + (i - 1), IdMap.NONE);
            if (n % 50 == 0) {
                bench().in("making", root -> {
                    write(root, "f" + n, "" + n);
                    write(root, "f0", "" + n);
                });
            }
            bench().store().commit("l" + i, "making");
        }
        bench().store().prepare("a", "l" + (count - 1), IdMap.NONE);
        bench().in("a", root -> {
            assertThat(names(root)).containsExactly("f0", "f100", "f50");
            assertThat(read(root, "f0")).isEqualTo("100");
            write(root, "own", "");
        });
        bench().look("l" + (count - 1), root -> assertThat(read(root, "f50")).isEqualTo("50"));
    }

    @Test
    @DisplayName("T11 folders nested without an end are counted and removed without harm")
    default void foldersNestedWithoutAnEndDoNoHarm() {
        bench().store().prepare("a", "", IdMap.NONE);
        bench().in("a", root -> nest(root, 3000));
        assertThat(bench().store().usage("a").inodes()).isGreaterThan(3000).isLessThan(3020);
        bench().store().remove("a");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench().rootSize().inodes()).isLessThan(20));
    }

    private static void nest(Directory root, int depth) {
        Directory at = root;
        for (int i = 0; i < depth; i++) {
            at.makeDirectory(bytes("d"), 0755);
            Directory below = at.openDirectory(bytes("d"), Resolve.NO_SYMLINKS);
            if (at != root) {
                at.close();
            }
            at = below;
        }
        at.close();
    }

    @Test
    default void aSecondStoreOnAnotherRootIsAnother() {
        try (LayerBench other = bench().another()) {
            bench().layer("base", "", root -> write(root, "file", "here"));
            other.layer("base", "", root -> write(root, "file", "there"));
            bench().store().prepare("a", "base", IdMap.NONE);
            other.store().prepare("a", "base", IdMap.NONE);
            try (Directory here = bench().mount("a");
                    Directory there = other.mount("a")) {
                assertThat(read(here, "file")).isEqualTo("here");
                assertThat(read(there, "file")).isEqualTo("there");
            }
            bench().unmount("a");
            other.unmount("a");
            bench().store().remove("a");
            assertThat(other.store().find("a")).isPresent();
        }
    }
}

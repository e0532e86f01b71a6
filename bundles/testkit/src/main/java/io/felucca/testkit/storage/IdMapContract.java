package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Layers seen from a user namespace. A driver that answers UNSUPPORTED skips these. */
interface IdMapContract {

    IdMap MAP = new IdMap(List.of(new IdMap.Range(0, 300_000, 65_536)), List.of(new IdMap.Range(0, 400_000, 65_536)));

    LayerBench bench();

    private void prepareMapped(String key, String parent) {
        try {
            bench().store().prepare(key, parent, MAP);
        } catch (FeluccaException e) {
            Assumptions.assumeFalse(e.kind() == Kind.UNSUPPORTED, e.getMessage());
            throw e;
        }
    }

    private static void assertOwner(Directory directory, String name, int uid, int gid) {
        Stat stat = name.isEmpty() ? directory.stat() : directory.stat(bytes(name));
        assertThat(List.of(stat.uid(), stat.gid())).as(name).containsExactly(uid, gid);
    }

    @Test
    @DisplayName("S8 T21 a mapped layer shows the ids of the map, and its parent stays as it is")
    default void aMappedLayerShowsTheIdsOfTheMap() {
        bench().layer("base", "", root -> {
            write(root, "roots", "1");
            write(root, "users", "2");
            root.setOwner(bytes("users"), 1000, 1001);
            folder(root, "dir", dir -> write(dir, "deep", "3"));
            root.makeSymlink(bytes("link"), bytes("roots"));
        });
        bench().layer("top", "base", root -> write(root, "top", "4"));
        prepareMapped("a", "top");
        assertThat(bench().store().find("a").orElseThrow().idMap()).isEqualTo(MAP);
        for (int round = 0; round < 2; round++) {
            bench().in("a", root -> {
                assertOwner(root, "", 300_000, 400_000);
                assertOwner(root, "roots", 300_000, 400_000);
                assertOwner(root, "users", 301_000, 401_001);
                assertOwner(root, "top", 300_000, 400_000);
                assertOwner(root, "link", 300_000, 400_000);
                try (Directory dir = root.openDirectory(bytes("dir"), Resolve.NO_SYMLINKS)) {
                    assertOwner(dir, "deep", 300_000, 400_000);
                    write(dir, "deep", "changed");
                    assertOwner(dir, "deep", 300_000, 400_000);
                }
                root.setMode(bytes("users"), 0600);
                assertOwner(root, "users", 301_000, 401_001);
            });
            bench().reopen();
        }
        bench().look("top", root -> {
            assertOwner(root, "", 0, 0);
            assertOwner(root, "users", 1000, 1001);
            assertThat(root.stat(bytes("users")).mode()).isEqualTo(0644);
            try (Directory dir = root.openDirectory(bytes("dir"), Resolve.NO_SYMLINKS)) {
                assertThat(read(dir, "deep")).isEqualTo("3");
            }
        });
    }

    @Test
    default void aMappedLayerWithoutParentBelongsToTheMapsRoot() {
        prepareMapped("a", "");
        bench().in("a", root -> assertOwner(root, "", 300_000, 400_000));
    }

    @Test
    default void mappedAndUnmappedLayersShareAParent() {
        bench().layer("base", "", root -> write(root, "file", "1"));
        prepareMapped("mapped", "base");
        bench().store().prepare("plain", "base", IdMap.NONE);
        try (Directory mapped = bench().mount("mapped");
                Directory plain = bench().mount("plain")) {
            assertOwner(mapped, "file", 300_000, 400_000);
            assertOwner(plain, "file", 0, 0);
        }
        bench().unmount("mapped");
        bench().unmount("plain");
        bench().store().remove("mapped");
        bench().store().remove("plain");
        bench().store().remove("base");
    }

    @Test
    default void aMappedLayerIsNotCommitted() {
        bench().layer("base", "", root -> {});
        prepareMapped("a", "base");
        assertFails(Kind.CONFLICT, "a", () -> bench().store().commit("id", "a"));
    }
}

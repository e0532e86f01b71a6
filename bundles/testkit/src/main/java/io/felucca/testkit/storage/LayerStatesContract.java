package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.exists;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.testkit.Content;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The states of layers, the calls that lead from one to another, and those that are refused. */
interface LayerStatesContract {

    LayerBench bench();

    @Test
    default void probePassesHereAndLeavesNothingBehind() {
        long before = bench().rootSize().inodes();
        assertThat(bench().driver().probe(bench().root(), bench().options())).isEmpty();
        assertThat(bench().rootSize().inodes()).isEqualTo(before);
    }

    @Test
    default void openRefusesAnUnknownOptionByName() {
        assertFails(Kind.INVALID, "nonsense", () -> bench().driver().open(bench().root(), Map.of("nonsense", "1")));
    }

    @Test
    default void aPreparedLayerIsActiveAndWritable() {
        bench().store().prepare("a", "", IdMap.NONE);
        assertThat(bench().store().find("a")).contains(new LayerInfo("a", "", State.ACTIVE, IdMap.NONE));
        bench().in("a", root -> write(root, "file", "text"));
        bench().in("a", root -> assertThat(read(root, "file")).isEqualTo("text"));
    }

    @Test
    default void aCommitConsumesTheKeyAndGivesAParent() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        assertThat(bench().store().list()).containsExactly(new LayerInfo("base", "", State.COMMITTED, IdMap.NONE));
        bench().store().prepare("child", "base", IdMap.NONE);
        bench().in("child", root -> assertThat(read(root, "file")).isEqualTo("base"));
        assertThat(bench().store().list())
                .containsExactlyInAnyOrder(
                        new LayerInfo("base", "", State.COMMITTED, IdMap.NONE),
                        new LayerInfo("child", "base", State.ACTIVE, IdMap.NONE));
    }

    @Test
    default void aKeyIsNotItsOwnId() {
        bench().store().prepare("same", "", IdMap.NONE);
        assertFails(Kind.CONFLICT, "same", () -> bench().store().commit("same", "same"));
    }

    @Test
    default void aViewShowsItsParentAndCannotBeWritten() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        bench().layer("top", "base", root -> write(root, "more", "top"));
        for (String parent : List.of("base", "top")) {
            bench().store().view("view-" + parent, parent);
            assertThat(bench().store().find("view-" + parent))
                    .contains(new LayerInfo("view-" + parent, parent, State.VIEW, IdMap.NONE));
            bench().in("view-" + parent, root -> {
                assertThat(read(root, "file")).isEqualTo("base");
                assertThat(exists(root, "more")).isEqualTo(parent.equals("top"));
                assertThatThrownBy(() -> root.createFile(Content.bytes("new"), 0644))
                        .isInstanceOf(FeluccaException.class);
            });
        }
    }

    @Test
    default void mountsAreTheSameWhenAskedAgainAndAfterReopening() {
        bench().layer("base", "", root -> {});
        bench().store().prepare("a", "base", IdMap.NONE);
        var mounts = bench().store().mounts("a");
        assertThat(bench().store().mounts("a")).isEqualTo(mounts);
        bench().reopen();
        assertThat(bench().store().mounts("a")).isEqualTo(mounts);
    }

    @Test
    default void releaseMayBeCalledAgainAndAnActiveLayerMountedAfterIt() {
        bench().store().prepare("a", "", IdMap.NONE);
        bench().store().release("a");
        bench().in("a", root -> write(root, "file", "1"));
        bench().store().release("a");
        bench().in("a", root -> assertThat(read(root, "file")).isEqualTo("1"));
    }

    @Test
    default void namesThatAreNoneAreInvalid() {
        for (String name : List.of("", ".", "..", "a/b", ".hidden", "-o", "a b", "a\n", "名", "x".repeat(129))) {
            assertFails(Kind.INVALID, name, () -> bench().store().prepare(name, "", IdMap.NONE));
            assertFails(Kind.INVALID, name, () -> bench().store().find(name));
        }
        bench().store().prepare("x".repeat(128), "", IdMap.NONE);
    }

    @Test
    default void whatIsUnknownIsNotFound() {
        bench().store().prepare("a", "", IdMap.NONE);
        var store = bench().store();
        assertThat(store.find("nobody")).isEmpty();
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.prepare("b", "nobody", IdMap.NONE));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.view("b", "nobody"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.mounts("nobody"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.release("nobody"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.commit("b", "nobody"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.usage("nobody"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> store.remove("nobody"));
        assertThat(store.list()).extracting(LayerInfo::name).containsExactly("a");
    }

    @Test
    default void aNameInUseIsRefused() {
        bench().layer("base", "", root -> {});
        bench().store().prepare("a", "base", IdMap.NONE);
        bench().store().prepare("b", "base", IdMap.NONE);
        var store = bench().store();
        for (String taken : List.of("a", "base")) {
            assertFails(Kind.CONFLICT, taken, () -> store.prepare(taken, "base", IdMap.NONE));
            assertFails(Kind.CONFLICT, taken, () -> store.view(taken, "base"));
            assertFails(Kind.CONFLICT, taken, () -> store.commit(taken, "b"));
        }
    }

    @Test
    default void onlyACommittedLayerIsAParent() {
        bench().layer("base", "", root -> {});
        bench().store().prepare("active", "base", IdMap.NONE);
        bench().store().view("view", "base");
        var store = bench().store();
        for (String parent : List.of("active", "view")) {
            assertFails(Kind.CONFLICT, parent, () -> store.prepare("b", parent, IdMap.NONE));
            assertFails(Kind.CONFLICT, parent, () -> store.view("b", parent));
        }
        assertFails(Kind.INVALID, "b", () -> store.view("b", ""));
    }

    @Test
    default void onlyAnActiveLayerIsCommitted() {
        bench().layer("base", "", root -> {});
        bench().store().view("view", "base");
        assertFails(Kind.CONFLICT, "base", () -> bench().store().commit("b", "base"));
        assertFails(Kind.CONFLICT, "view", () -> bench().store().commit("b", "view"));
        assertFails(Kind.CONFLICT, "base", () -> bench().store().mounts("base"));
    }

    @Test
    default void aMountedLayerIsNotCommitted() {
        bench().layer("base", "", root -> {});
        for (String parent : List.of("", "base")) {
            String key = "over" + parent;
            bench().store().prepare(key, parent, IdMap.NONE);
            bench().mount(key).close();
            assertFails(Kind.CONFLICT, "mounted", () -> bench().store().commit("id" + parent, key));
            bench().unmount(key);
            bench().store().commit("id" + parent, key);
        }
    }

    @Test
    default void aLayerWithChildrenIsNotRemoved() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        bench().store().prepare("child", "base", IdMap.NONE);
        assertFails(Kind.CONFLICT, "base", () -> bench().store().remove("base"));
        bench().store().remove("child");
        bench().store().view("look", "base");
        assertFails(Kind.CONFLICT, "base", () -> bench().store().remove("base"));
        bench().in("look", root -> assertThat(read(root, "file")).isEqualTo("base"));
        bench().store().remove("look");
        bench().store().remove("base");
        assertThat(bench().store().list()).isEmpty();
    }

    @Test
    default void theNameOfARemovedLayerIsFreeAtOnce() {
        bench().store().prepare("a", "", IdMap.NONE);
        bench().in("a", root -> write(root, "file", "old"));
        bench().store().remove("a");
        bench().store().prepare("a", "", IdMap.NONE);
        bench().in("a", root -> assertThat(exists(root, "file")).isFalse());
    }

    @Test
    default void allIsThereAfterReopening() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        bench().store().prepare("a", "base", IdMap.NONE);
        bench().in("a", root -> write(root, "own", "a"));
        bench().store().view("v", "base");
        var before = bench().store().list();
        bench().reopen();
        assertThat(bench().store().list()).containsExactlyInAnyOrderElementsOf(before);
        bench().in("a", root -> assertThat(read(root, "own")).isEqualTo("a"));
    }

    @Test
    default void reopeningWhileALayerIsMountedLeavesItWhole() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        bench().store().prepare("a", "base", IdMap.NONE);
        try (Directory root = bench().mount("a")) {
            write(root, "own", "1");
            bench().reopen();
            write(root, "file", "changed");
            assertThat(read(root, "own")).isEqualTo("1");
        }
        bench().unmount("a");
        bench().in("a", root -> assertThat(read(root, "file")).isEqualTo("changed"));
    }

    @Test
    default void manyLayersAreMadeAndRemovedAtOnce() throws Exception {
        bench().layer("base", "", root -> write(root, "file", "base"));
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = IntStream.range(0, 64)
                    .<Future<?>>mapToObj(i -> pool.submit(() -> {
                        bench().store().prepare("c" + i, "base", IdMap.NONE);
                        bench().in("c" + i, root -> {
                            assertThat(read(root, "file")).isEqualTo("base");
                            write(root, "own", "c" + i);
                        });
                        if (i % 2 == 0) {
                            bench().store().remove("c" + i);
                        }
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(bench().store().list()).hasSize(33);
        bench().in("c33", root -> assertThat(read(root, "own")).isEqualTo("c33"));
    }

    @Test
    default void aParentIsNeverRemovedUnderAChildThatIsBeingMade() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                String base = "base" + round;
                String child = "child" + round;
                bench().layer(base, "", root -> write(root, "file", "base"));
                Future<Boolean> prepared =
                        pool.submit(() -> succeeds(() -> bench().store().prepare(child, base, IdMap.NONE)));
                Future<Boolean> removed =
                        pool.submit(() -> succeeds(() -> bench().store().remove(base)));
                assertThat(prepared.get()).isNotEqualTo(removed.get());
                if (prepared.get()) {
                    bench().in(child, root -> assertThat(read(root, "file")).isEqualTo("base"));
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (FeluccaException e) {
            assertThat(e.kind()).isIn(Kind.NOT_FOUND, Kind.CONFLICT);
            return false;
        }
    }
}

package io.felucca.images.remove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.images.Images.Removed;
import io.felucca.images.store.Tars;
import io.felucca.images.store.TestStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines and texts as dockerd 20.10.24 gave them. */
@DisplayName("rmi and image prune (S89)")
class ImageRemovalTest {

    private static final String CONTAINER = "ddd536016f2fd50e1ab26bd1753fd0ee2bc85527388af3baeb4f7847a24b400d";

    @TempDir
    Path folder;

    private TestStore store;
    private Digest id;

    @BeforeEach
    void open() {
        store = new TestStore(folder);
        id = store.importFile("x", "bb:1");
    }

    private List<Removed> remove(String name, boolean force) {
        return store.images.remove(name, force, true);
    }

    private static Removed untagged(String name) {
        return new Removed(name, "");
    }

    private static Removed deleted(Object digest) {
        return new Removed("", digest.toString());
    }

    private Digest layer() {
        return store.images.get(id.value()).diffIds().get(0);
    }

    @Test
    void S89_theLastTagTakesTheImageItsLayersAndItsBlobs() throws IOException {
        Digest layer = layer();
        store.images.unpack(id, "two");

        assertThat(remove("bb:1", false)).containsExactly(untagged("bb:1"), deleted(id), deleted(layer));
        assertThat(store.blobs()).isEmpty();
        assertThat(store.layers("one")).isEmpty();
        assertThat(store.layers("two")).isEmpty();
        assertThatThrownBy(() -> store.images.get("bb:1")).hasMessage("No such image: bb:1");
        assertThat(store.images.list(true, Map.of())).isEmpty();
    }

    @Test
    void S89_oneOfTwoTagsOnlyUntags() {
        store.images.tag("bb:1", "other/x:7");

        assertThat(remove("bb:1", false)).containsExactly(untagged("bb:1"));
        assertThat(store.images.get("other/x:7").tags()).containsExactly("other/x:7");
    }

    @Test
    void S89_anIdWithSeveralTagsMustBeForced() {
        store.images.tag("bb:1", "bb:x");

        assertThatThrownBy(() -> remove(id.value(), false))
                .hasMessage("conflict: unable to delete " + id.shortHex()
                        + " (must be forced) - image is referenced in multiple repositories")
                .hasFieldOrPropertyWithValue("kind", Kind.CONFLICT);
        Digest layer = layer();
        assertThat(remove(id.shortHex(), true))
                .containsExactly(untagged("bb:1"), untagged("bb:x"), deleted(id), deleted(layer));
    }

    @Test
    void S89_aNameThatAContainerUsesMustBeForced() {
        store.use(id, CONTAINER, false);

        assertThatThrownBy(() -> remove("bb:1", false))
                .hasMessage("conflict: unable to remove repository reference \"bb:1\" (must force) - container"
                        + " ddd536016f2f is using its referenced image " + id.shortHex())
                .hasFieldOrPropertyWithValue("kind", Kind.CONFLICT);
        assertThatThrownBy(() -> remove(id.value(), false))
                .hasMessage("conflict: unable to delete " + id.shortHex()
                        + " (must be forced) - image is being used by stopped container ddd536016f2f");
        assertThat(store.images.get("bb:1").id()).isEqualTo(id);
    }

    @Test
    void S89_aRunningContainersImageCannotBeForcedButLosesItsName() {
        store.use(id, CONTAINER, true);

        assertThatThrownBy(() -> remove(id.value(), true))
                .hasMessage("conflict: unable to delete " + id.shortHex()
                        + " (cannot be forced) - image is being used by running container ddd536016f2f");
        assertThat(remove("bb:1", true)).containsExactly(untagged("bb:1"));
        assertThat(store.images.get(id.value()).tags()).isEmpty();
    }

    @Test
    void S89_aLayerWithAContainerOnItStaysWhenItsImageIsForcedAway() {
        Digest layer = layer();
        store.storage.prepareContainer("one", "container", layer.hex(), IdMap.NONE, 0);
        store.use(id, CONTAINER, false);

        assertThat(remove("bb:1", true)).containsExactly(untagged("bb:1"), deleted(id));
        assertThat(store.layers("one")).contains(layer.hex());

        store.storage.remove("one", "container");
        store.images.prune(Map.of());
        assertThat(store.layers("one")).doesNotContain(layer.hex());
    }

    @Test
    void S6_aLayerThatAnotherImageHasStays() throws IOException {
        Digest other = store.importTar(Tars.of("file", "x"), "same:1", "ENV A=b");
        Digest layer = layer();

        assertThat(remove("bb:1", false)).containsExactly(untagged("bb:1"), deleted(id));
        assertThat(store.layers("one")).containsExactly(layer.hex());
        assertThat(store.blobs()).contains(layer.hex(), other.hex()).hasSize(3);
    }

    @Test
    void aTagThatMovesLeavesTheOldImageUntagged() {
        Digest newer = store.importFile("y", "bb:1");

        assertThat(store.images.get("bb:1").id()).isEqualTo(newer);
        assertThat(store.images.get(id.value()).tags()).isEmpty();
        assertThat(store.images.list(false, Map.of("dangling", List.of("true"))))
                .extracting(image -> image.id())
                .containsExactly(id);
        assertThat(store.images.prune(Map.of()).removed()).first().isEqualTo(deleted(id));
        assertThat(store.images.get("bb:1").id()).isEqualTo(newer);
    }

    @Test
    void pruneTellsTheSizeOfTheLayersAndLeavesWhatIsUsed() {
        Digest second = store.importFile("longer", "");
        Digest used = store.importFile("used", "");
        store.use(used, CONTAINER, false);

        var pruned = store.images.prune(Map.of());

        assertThat(pruned.removed()).hasSize(2).first().isEqualTo(deleted(second));
        assertThat(pruned.reclaimedBytes()).isEqualTo("longer".length());
        assertThat(store.images.get(used.value()).id()).isEqualTo(used);

        var all = store.images.prune(Map.of("dangling", List.of("false")));
        assertThat(all.removed()).first().isEqualTo(untagged("bb:1"));
        assertThat(store.images.list(true, Map.of()))
                .extracting(image -> image.id())
                .containsExactly(used);
    }

    @Test
    void pruneFiltersByAgeAndLabel() {
        store.importTar(Tars.of("a", "b"), "", "LABEL keep=1");

        assertThat(store.images.prune(Map.of("label!", List.of("keep"))).removed())
                .isEmpty();
        assertThat(store.images.prune(Map.of("until", List.of("1h"))).removed()).isEmpty();
        assertThatThrownBy(() -> store.images.prune(Map.of("foo", List.of("x"))))
                .hasMessage("Invalid filter 'foo'");
        assertThat(store.images.prune(Map.of("label", List.of("keep=1"))).removed())
                .isNotEmpty();
    }

    @Test
    void whatIsNotThereIsToldInDockersWords() {
        assertThatThrownBy(() -> remove("aaa", false)).hasMessage("No such image: aaa:latest");
        assertThatThrownBy(() -> remove("sha256:abc", false)).hasMessage("No such image: sha256:abc");
        assertThatThrownBy(() -> remove("a:b:c", false)).hasMessage("invalid reference format");
        String zeros = "0".repeat(64);
        assertThatThrownBy(() -> remove(zeros, false)).hasMessage("No such image: sha256:" + zeros);
    }
}

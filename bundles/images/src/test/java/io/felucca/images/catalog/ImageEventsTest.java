package io.felucca.images.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.images.store.Tars;
import io.felucca.images.store.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Events of images are dockerd's, in its order")
class ImageEventsTest {

    @TempDir
    Path folder;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(folder);
    }

    private List<String> toldSince() {
        List<String> told = List.copyOf(store.told);
        store.told.clear();
        return told;
    }

    @Test
    void importTagSaveRemoveAndLoadAreTold() {
        Digest id = store.importTar(Tars.of("file", "x"), "busybox", "LABEL a=b");
        String own = id + " {a=b, name=" + id + "}";
        assertThat(toldSince())
                .containsExactly("image tag " + id + " {a=b, name=busybox:latest}", "image import " + own);

        store.images.tag("busybox", "foo:1");
        assertThat(toldSince()).containsExactly("image tag " + id + " {a=b, name=foo:1}");

        byte[] archive = store.save("busybox", "foo:1");
        assertThat(toldSince()).containsExactly("image save " + own);

        store.images.remove("foo:1", false, true);
        assertThat(toldSince()).containsExactly("image untag " + own);

        store.images.remove("busybox", false, true);
        assertThat(toldSince()).containsExactly("image untag " + own, "image delete " + id + " {name=" + id + "}");

        store.load(archive);
        assertThat(toldSince()).containsExactly("image load " + own);
    }

    @Test
    void removalByIdUntagsEachNameFirstAndPruneTellsWhatCameBack() {
        Digest id = store.importTar(Tars.of("file", "x"), "busybox");
        store.images.tag("busybox", "foo:1");
        toldSince();

        store.images.remove(id.hex(), true, true);
        String own = id + " {name=" + id + "}";
        assertThat(toldSince()).containsExactly("image untag " + own, "image untag " + own, "image delete " + own);

        store.importTar(Tars.of("file", "x"), "");
        toldSince();
        store.images.prune(Map.of());
        assertThat(toldSince()).hasSize(2).last().isEqualTo("image prune  {reclaimed=1}");
    }
}

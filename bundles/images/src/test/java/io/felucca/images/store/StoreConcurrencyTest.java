package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the image store used by several at once")
class StoreConcurrencyTest {

    private static final int THREADS = 4;
    private static final int STEPS = 60;

    @TempDir
    Path folder;

    @Test
    void S6_nobodysBlobsOrLayersGoWhileTheyAreNeeded() throws Exception {
        TestStore store = new TestStore(folder);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            running.add(pool.submit(() -> {
                for (int i = 0; i < STEPS; i++) {
                    step(store, random);
                }
            }));
        }
        pool.shutdown();
        for (Future<?> one : running) {
            one.get(120, TimeUnit.SECONDS);
        }

        StoreCheck.assertWhole("afterwards", store);
        StoreCheck.assertWhole("after another start", new TestStore(folder));
    }

    /** Few names and contents, so that everybody is in everybody's way; only what is gone may be missing. */
    private static void step(TestStore store, Random random) {
        String name = "image-" + random.nextInt(2);
        try {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Digest id = store.importFile("content " + random.nextInt(3), name);
                    store.images.unpack(id, "two");
                }
                case 2 -> store.images.tag(name, "image-" + random.nextInt(2));
                case 3 -> store.images.remove(name, true, true);
                default -> store.load(store.save(name));
            }
            if (random.nextInt(8) == 0) {
                store.images.prune(Map.of());
            }
            store.images.list(true, Map.of());
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}

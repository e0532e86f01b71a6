package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many layers come and go, and nothing stays of them. */
interface LayerLeakContract {

    /** How many layers there are at once. */
    int LAYERS = Integer.getInteger("felucca.layers", 60);

    int CHAIN = 20;
    int WRITTEN = 10;
    long ROOM_BYTES = 2L << 20;
    /** Of archives that the JVM reads classes from. */
    long ROOM_DESCRIPTORS = 10;

    LayerBench bench();

    @Test
    @DisplayName("B3 layers that are made and removed leave no file, no block, no descriptor and no mount")
    default void manyLayersLeaveNothing() {
        Random random = new Random(LAYERS);
        bench().reopen();
        long inodes = bench().rootSize().inodes();
        long usedBytes = bench().usedBytes();
        makeAndRemove(CHAIN, random);
        long descriptors = descriptors();
        makeAndRemove(LAYERS, random);
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(bench().rootSize().inodes()).as("inodes").isLessThanOrEqualTo(inodes);
            assertThat(bench().usedBytes()).as("bytes").isLessThan(usedBytes + ROOM_BYTES);
            assertThat(descriptors()).as("descriptors").isLessThan(descriptors + ROOM_DESCRIPTORS);
        });
        assertThat(bench().mounts().list())
                .noneMatch(
                        mount -> mount.mountPoint().startsWith(bench().folder().toString()));
        bench().reopen();
        assertThat(bench().store().list()).isEmpty();
    }

    /** Chains of committed layers, an active one and a view over each; then all go, children before their parents. */
    private void makeAndRemove(int count, Random random) {
        LayerStore store = bench().store();
        List<List<String>> chains = new ArrayList<>();
        String parent = "";
        for (int i = 0; i < count; i++) {
            if (i % CHAIN == 0) {
                chains.add(new ArrayList<>());
                parent = "";
            }
            List<String> chain = chains.get(chains.size() - 1);
            int left = Math.min(CHAIN, count - (chains.size() - 1) * CHAIN) - chain.size();
            String name = "l" + i;
            if (left > 2) {
                store.prepare("making", parent, IdMap.NONE);
                if (i % WRITTEN == 0) {
                    bench().in("making", root -> write(root, name, name.repeat(1000)));
                }
                store.commit(name, "making");
                parent = name;
            } else if (left == 2 && !parent.isEmpty()) {
                store.view(name, parent);
                bench().in(name, root -> {});
            } else {
                store.prepare(name, parent, IdMap.NONE);
            }
            chain.add(name);
        }
        assertThat(store.list()).hasSize(count);
        while (!chains.isEmpty()) {
            List<String> chain = chains.get(random.nextInt(chains.size()));
            store.remove(chain.remove(chain.size() - 1));
            chains.removeAll(Collections.singleton(List.of()));
        }
        assertThat(store.list()).isEmpty();
    }

    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

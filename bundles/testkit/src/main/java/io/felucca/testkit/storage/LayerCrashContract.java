package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.testkit.KilledProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A process that is killed at any instant leaves whole layers and nothing else. */
interface LayerCrashContract {

    /** How often each step is cut. */
    int ROUNDS = Integer.getInteger("felucca.crash.rounds", 1);

    /** How many steps are cut in a round, chosen by the seed; all that there are when it is more. */
    int STEPS = Integer.getInteger("felucca.crash.steps", CrashStep.values().length);

    /** Makes the same instants again. */
    long SEED = Long.getLong("felucca.crash.seed", 20_261_127);

    int MANY_LAYERS = 100;

    LayerBench bench();

    @Test
    @DisplayName("B3 a store is whole after kill -9 at any instant of its calls")
    default void aStoreIsWholeAfterKillAtAnyInstant() throws Exception {
        bench().reopen();
        long emptyInodes = bench().rootSize().inodes();
        List<CrashStep> steps = new ArrayList<>(CrashStep.of(bench().store()));
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(steps, random);
            for (CrashStep step : steps.subList(0, Math.min(STEPS, steps.size()))) {
                killIn(step, random.nextDouble());
            }
        }
        removeAll();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench().rootSize().inodes()).isEqualTo(emptyInodes));
    }

    private void killIn(CrashStep step, double part) throws Exception {
        bench().store().close();
        KilledProcess.runToItsKill(
                bench().folder(),
                CrashWorkload.class,
                getClass().getName(),
                bench().root().toString(),
                bench().folder().resolve("mounts/child").toString(),
                step.toString(),
                Double.toString(part));
        bench().unmountAll();
        bench().reopen();
        try {
            assertWhole();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("killed in " + step + " after " + part + " of it, seed " + SEED, e);
        }
        if (bench().store().list().size() > MANY_LAYERS) {
            removeAll();
        }
    }

    @Test
    @DisplayName("T11 a full disk fails calls whole, and when there is room again they succeed")
    default void aFullDiskLeavesNothingHalfMade() throws IOException {
        try (SmallDisk disk = bench().smallDisk();
                LayerBench small = bench().another(disk.folder())) {
            small.reopen();
            long emptyInodes = small.rootSize().inodes();
            small.layer("base", "", root -> write(root, "file", "x".repeat(4 << 20)));
            small.store().prepare("other", "base", IdMap.NONE);
            Path filler = fill(disk.folder().resolve("filler"));
            assertFails(Kind.SYSTEM, "", () -> small.store().prepare("full", "base", IdMap.NONE));
            assertFails(Kind.SYSTEM, "", () -> small.store().commit("id", "other"));
            assertThat(small.store().find("full")).isEmpty();
            assertThat(small.store().find("id")).isEmpty();
            small.reopen();
            assertThat(small.store().list()).extracting(LayerInfo::name).containsExactlyInAnyOrder("base", "other");
            Files.delete(filler);
            small.store().prepare("full", "base", IdMap.NONE);
            small.store().commit("id", "other");
            for (String name : List.of("id", "full", "base")) {
                small.store().remove(name);
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(small.rootSize().inodes()).isEqualTo(emptyInodes));
        }
    }

    private static Path fill(Path file) throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
            return file;
        }
    }

    /** Each committed layer has the file that was written before its commit, and each other can be mounted or removed. */
    private void assertWhole() {
        LayerStore store = bench().store();
        List<LayerInfo> layers = store.list();
        for (LayerInfo layer : layers) {
            assertThat(store.find(layer.name())).contains(layer);
            if (!layer.parent().isEmpty()) {
                assertThat(store.find(layer.parent()).orElseThrow().state()).isEqualTo(State.COMMITTED);
            }
            if (layer.state() == State.COMMITTED) {
                bench().look(
                                layer.name(),
                                root -> assertThat(read(root, "whole")).isEqualTo(layer.name()));
            } else {
                bench().in(layer.name(), root -> {});
            }
        }
        for (LayerInfo layer : layers) {
            if (layer.state() != State.COMMITTED) {
                store.remove(layer.name());
            }
        }
        store.prepare("fresh", "", IdMap.NONE);
        bench().in("fresh", root -> write(root, "x", "y"));
        store.remove("fresh");
    }

    private void removeAll() {
        LayerStore store = bench().store();
        while (!store.list().isEmpty()) {
            List<LayerInfo> all = store.list();
            for (LayerInfo layer : all) {
                if (all.stream().noneMatch(other -> other.parent().equals(layer.name()))) {
                    store.remove(layer.name());
                }
            }
        }
    }
}

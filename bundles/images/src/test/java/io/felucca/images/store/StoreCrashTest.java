package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.unpack.KernelLayerWriter;
import io.felucca.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("root")
@DisplayName("the image store after kill -9")
class StoreCrashTest {

    private static final int ROUNDS = Integer.getInteger("felucca.crash.rounds", 12);
    private static final long SEED = Long.getLong("felucca.crash.seed", 20_240_607);
    private static final int LONGEST_LIFE_MILLIS = 400;

    /** Changes a store for ever, after telling that it has begun; each name it tells was promised to survive. */
    static final class Workload {

        private Workload() {}

        public static void main(String[] words) {
            Path folder = Path.of(words[0]);
            TestStore store = open(folder, words[2], storage(folder, words[2]));
            Random random = new Random(Long.parseLong(words[1]));
            System.out.println("began");
            while (true) {
                try {
                    step(store, random);
                } catch (FeluccaException e) {
                    if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                        throw e;
                    }
                }
            }
        }

        private static void step(TestStore store, Random random) {
            String name = "image-" + random.nextInt(4) + ":" + random.nextInt(3);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Digest id = store.importTar(
                            Tars.tar()
                                    .file("f", "content " + random.nextInt(6))
                                    .file("big", new byte[random.nextInt(300_000)])
                                    .bytes(),
                            name);
                    System.out.println("has " + name + " " + id);
                }
                case 2 -> {
                    String other = "image-" + random.nextInt(4) + ":tagged";
                    store.images.tag(name, other);
                    System.out.println(
                            "has " + other + " " + store.images.get(other).id());
                }
                case 3 -> {
                    System.out.println("lost " + name);
                    store.images.remove(name, true, true);
                }
                default -> {
                    byte[] saved = store.save(name);
                    store.load(saved);
                }
            }
            if (random.nextInt(10) == 0) {
                store.images.prune(Map.of());
            }
        }
    }

    @TempDir
    Path folder;

    /** Folders need no root and are quick; on overlay2 the layers are real. */
    @ParameterizedTest
    @ValueSource(strings = {"folders", "overlay2"})
    void opensWholeWhateverTheInstant(String driver) throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Path told = Files.createTempFile(folder, "told", ".txt");
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            // A kill while jffi loads its library leaves the file.
                            "-Djava.io.tmpdir=" + folder,
                            "-XX:TieredStopAtLevel=1",
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Workload.class.getName(),
                            folder.toString(),
                            Long.toString(random.nextLong()),
                            driver)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(told.toFile())
                    .start();
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(told) > 0 || !child.isAlive());
            child.waitFor(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
            assertThat(child.isAlive())
                    .as("round " + round + " of seed " + SEED)
                    .isTrue();
            child.destroyForcibly().waitFor();
            Map<String, String> promised = new HashMap<>();
            Files.readAllLines(told).forEach(line -> note(line, promised));
            assertWhole("round " + round + " of seed " + SEED, driver, promised);
        }
    }

    private void assertWhole(String when, String driver, Map<String, String> promised) throws Exception {
        Storage storage = storage(folder, driver);
        try {
            TestStore store = open(folder, driver, storage);
            StoreCheck.assertWhole(when, store);
            Set<String> names = new HashSet<>();
            store.images.list(true, Map.of()).forEach(image -> names.addAll(image.tags()));
            assertThat(names).as(when).containsAll(promised.keySet());
        } finally {
            if (storage instanceof AutoCloseable open) {
                open.close();
            }
        }
    }

    private static Storage storage(Path folder, String driver) {
        Path root = folder.resolve("storage");
        return driver.equals("overlay2") ? new DriverStorage(root) : new FolderStorage(root, "one", "two");
    }

    private static TestStore open(Path folder, String driver, Storage storage) {
        return new TestStore(
                folder,
                storage,
                driver.equals("overlay2") ? new KernelLayerWriter(DriverStorage.DIRECTORIES) : new FlatLayerWriter());
    }

    private static void note(String line, Map<String, String> promised) {
        String[] words = line.split(" ");
        if (words[0].equals("has") && words.length == 3 && Digest.matches(words[2])) {
            promised.put(words[1], words[2]);
        } else if (words.length > 1) {
            promised.remove(words[1]);
        }
    }
}

package io.felucca.images.store;

import io.felucca.images.Images;
import io.felucca.images.unpack.KernelLayerWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Times imports of an archive into overlay2: {@code ImportBench FOLDER ARCHIVE COUNT}. No test. */
public final class ImportBench {

    private ImportBench() {}

    public static void main(String[] words) throws IOException {
        Path root = Path.of(words[0]);
        try (DriverStorage storage = new DriverStorage(root.resolve("storage"))) {
            TestStore store = new TestStore(root, storage, new KernelLayerWriter(DriverStorage.DIRECTORIES));
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                long begin = System.nanoTime();
                try (InputStream in = Files.newInputStream(Path.of(words[1]))) {
                    store.images.importRootfs(in, TestStore.named("bench"), Images.Progress.NONE);
                }
                long imported = System.nanoTime();
                store.images.remove("bench", true, true);
                System.out.println("import " + (imported - begin) / 1_000_000 + " ms, rmi "
                        + (System.nanoTime() - imported) / 1_000_000 + " ms");
            }
        }
    }
}

package io.felucca.testkit.storage;

import io.felucca.IdMap;
import io.felucca.storage.spi.Mount;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small disk for one test.
 *
 * @param folder where it is mounted
 * @param end unmounts it
 */
public record SmallDisk(Path folder, Runnable end) implements AutoCloseable {

    static SmallDisk tmpfs(LayerBench bench) {
        try {
            Path folder = Files.createDirectory(bench.folder().resolve("disk"));
            bench.mounts().mount(new Mount("tmpfs", "tmpfs", "", List.of("size=32m"), IdMap.NONE), folder);
            return new SmallDisk(folder, () -> bench.mounts().unmount(folder, true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SmallDisk of(LoopDisk disk) {
        return new SmallDisk(disk.folder(), disk::close);
    }

    @Override
    public void close() {
        end.run();
    }
}

package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Names below an engine's data root of what it keeps for images, builds and containers. */
public final class StoredFiles {

    private static final List<String> FOLDERS = List.of(
            "builder/work",
            "builder/cache",
            "content/blobs/sha256",
            "content/partial",
            "content/ingest",
            "storage/overlay2",
            "containers",
            "trash",
            "volumes");

    private StoredFiles() {}

    /** Paths relative to the data root, sorted. */
    public static List<String> of(EngineUnderTest engine) {
        TreeSet<String> found = new TreeSet<>();
        for (String each : FOLDERS) {
            Path folder = engine.dataRoot().resolve(each);
            if (Files.isDirectory(folder)) {
                try (Stream<Path> all = Files.list(folder)) {
                    all.forEach(
                            path -> found.add(engine.dataRoot().relativize(path).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return List.copyOf(found);
    }
}

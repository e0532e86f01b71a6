package io.felucca.itests.uml;

import static io.felucca.itests.fixture.EngineUnderTest.await;

import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A filesystem in a file, mounted until it is closed. */
final class QuotaDisk implements AutoCloseable {

    static final String XFS = "mkfs.xfs -q disk";
    static final String EXT4 = "mkfs.ext4 -q -O project,quota -E quotatype=prjquota disk";

    private final Path folder;
    private final Path point;

    /** @param options that follow {@code loop} */
    QuotaDisk(String makeFileSystem, String size, String options) {
        try {
            folder = Files.createTempDirectory(Path.of("/tmp"), "quota");
            point = Files.createDirectory(folder.resolve("m"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program.of("truncate", "-s", size, "disk").in(folder).run().requireOk();
        new Program(List.of(makeFileSystem.split(" "))).in(folder).run().requireOk();
        Program.of("mount", "-o", "loop" + options, "disk", point.toString())
                .in(folder)
                .run()
                .requireOk();
    }

    /** Where it is mounted. */
    Path point() {
        return point;
    }

    @Override
    public void close() {
        // What was removed there is still being deleted, or an overlay above it written back.
        await().untilAsserted(() -> Program.of("umount", point.toString()).run().requireOk());
        try {
            Files.delete(folder.resolve("disk"));
            Files.delete(point);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

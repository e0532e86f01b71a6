package io.felucca.itests.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The root filesystem of a stand-in for Ryuk, which no registry that the tests reach has: {@code clients/reaper.sh} and
 * the machine's docker command, with the libraries that it needs.
 */
public final class ReaperImage {

    private ReaperImage() {}

    public static Path rootfs() throws IOException {
        byte[] script = Files.readAllBytes(Path.of("src/test/resources/clients/reaper.sh"));
        Path docker = Path.of(Program.of("sh", "-c", "command -v docker").ok());
        Rootfs rootfs = Rootfs.create("reaper.tar")
                .busyboxFiles()
                .file("reaper", 0755, script)
                .file("reaper-serve", 0755, "#!/bin/sh\nexec /reaper serve\n")
                .file("usr/bin/docker", 0755, Files.readAllBytes(docker));
        // Of a command that is linked statically ldd lists none.
        for (String library : Arrays.stream(
                        Program.of("ldd", docker.toString()).run().out().split("\\s+"))
                .filter(word -> word.startsWith("/"))
                .toList()) {
            rootfs.file(library.substring(1), 0755, Files.readAllBytes(Path.of(library)));
        }
        return rootfs.done();
    }
}

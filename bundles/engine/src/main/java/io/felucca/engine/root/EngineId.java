package io.felucca.engine.root;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** The file that holds a data root's id: 12 hexadecimal digits and a newline. */
record EngineId(Path file) {

    /** @throws FeluccaException SYSTEM when it cannot be read or made, or holds something else */
    String readOrMake() {
        try {
            String id = Files.readString(file, StandardCharsets.ISO_8859_1).trim();
            if (!id.matches("[0-9a-f]{12}")) {
                throw FeluccaException.system(
                        "engine id in " + file + " is not 12 hexadecimal digits: restore the file;"
                                + " with another id the engine would not know what it made in the kernel");
            }
            return id;
        } catch (NoSuchFileException e) {
            return make();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the engine id " + file + ": " + e.getMessage(), e);
        }
    }

    private String make() {
        String id = String.format("%012x", new SecureRandom().nextLong() & 0xffff_ffff_ffffL);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.getParent())) {
                folder.force(true);
            }
            return id;
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the engine id " + file + ": " + e.getMessage(), e);
        }
    }
}

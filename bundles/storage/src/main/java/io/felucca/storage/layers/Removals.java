package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Layers to be removed when their driver is back: {@code storage/.removals/KEY} holds its name. Survives the engine. */
final class Removals {

    private final Path folder;

    Removals(Path storageRoot) {
        folder = storageRoot.resolve(".removals");
    }

    void add(String driver, String key) {
        Path fresh = folder.resolve(key + ".new");
        try {
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(driver));
                file.force(true);
            }
            Files.move(fresh, folder.resolve(key), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot record the removal of layer " + key + ": " + e, e);
        }
    }

    List<String> of(String driver) {
        List<String> keys = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String key = file.getFileName().toString();
                if (!key.endsWith(".new") && Files.readString(file).equals(driver)) {
                    keys.add(key);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + folder + ": " + e, e);
        }
        return keys;
    }

    void done(String key) {
        try {
            Files.deleteIfExists(folder.resolve(key));
        } catch (IOException e) {
            throw FeluccaException.system("cannot forget the removal of layer " + key + ": " + e, e);
        }
    }
}

package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Layers to be removed when their driver is back: {@code storage/.removals/KEY.DRIVER}. Survives the engine. */
final class PendingRemovals {

    private final Path folder;

    PendingRemovals(Path storageRoot) {
        folder = storageRoot.resolve(".removals");
    }

    void add(LayerName layer) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(layer.file()), new byte[0]);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot record the removal of layer " + layer + ": " + e, e);
        }
    }

    List<LayerName> of(String driver) {
        List<LayerName> layers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                LayerName.ofFile(file.getFileName().toString())
                        .filter(layer -> layer.driver().equals(driver))
                        .ifPresent(layers::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + folder + ": " + e, e);
        }
        return layers;
    }

    void done(LayerName layer) {
        try {
            Files.deleteIfExists(folder.resolve(layer.file()));
        } catch (IOException e) {
            throw FeluccaException.system("cannot forget the removal of layer " + layer + ": " + e, e);
        }
    }
}

package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the run root holds: {@code mounts/KEY.DRIVER}, where a layer is mounted (a container in a user namespace passes
 * through {@code mounts}, so it has mode 0711), and {@code layers/KEY.DRIVER} until the driver has released it.
 */
final class MountFolders {

    private final Path mounts;
    private final Path layers;

    MountFolders(Path execRoot) {
        mounts = execRoot.resolve("mounts");
        layers = execRoot.resolve("layers");
        makeFolder(mounts, "rwx--x--x");
        makeFolder(layers, "rwx------");
    }

    Path mountPoint(LayerName layer) {
        return mounts.resolve(layer.file());
    }

    /** The layer whose mount point that is. */
    Optional<LayerName> layerOf(String mountPoint) {
        String prefix = mounts + "/";
        return mountPoint.startsWith(prefix) && mountPoint.indexOf('/', prefix.length()) < 0
                ? LayerName.ofFile(mountPoint.substring(prefix.length()))
                : Optional.empty();
    }

    /** Notes the layer and makes its mount point. */
    void begin(LayerName layer) {
        try {
            Files.write(layers.resolve(layer.file()), new byte[0]);
            if (!Files.isDirectory(mountPoint(layer))) {
                Files.createDirectory(mountPoint(layer));
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the mount point " + mountPoint(layer) + ": " + e, e);
        }
    }

    /** Removes the mount point; the note stays until the driver has released the layer. */
    void removeMountPoint(LayerName layer) {
        delete(mountPoint(layer));
    }

    void released(LayerName layer) {
        delete(layers.resolve(layer.file()));
    }

    /** Layers that are mounted or wait to be released. */
    Set<LayerName> noted() {
        Set<LayerName> noted = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layers)) {
            for (Path file : files) {
                LayerName.ofFile(file.getFileName().toString()).ifPresent(noted::add);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + layers + ": " + e, e);
        }
        return noted;
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            throw FeluccaException.conflict(
                    "cannot remove " + path + ": there are files in what should be a bare mount point");
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove " + path + ": " + e, e);
        }
    }

    private static void makeFolder(Path folder, String mode) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + folder + ": " + e, e);
        }
    }
}

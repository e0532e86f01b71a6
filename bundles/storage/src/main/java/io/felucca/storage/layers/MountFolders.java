package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the run root holds: {@code mounts/KEY}, where a layer is mounted (a container in a user namespace passes through
 * {@code mounts}, so it has mode 0711), and {@code layers/KEY}, which names the driver that is to release it.
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

    Path mountPoint(String key) {
        return mounts.resolve(key);
    }

    /** The key whose mount point that is. */
    Optional<String> keyOf(String mountPoint) {
        String prefix = mounts + "/";
        return mountPoint.startsWith(prefix) && mountPoint.indexOf('/', prefix.length()) < 0
                ? Optional.of(mountPoint.substring(prefix.length()))
                : Optional.empty();
    }

    /** Notes the driver and makes the mount point. */
    void begin(String driver, String key) {
        try {
            Files.writeString(layers.resolve(key), driver);
            if (!Files.isDirectory(mountPoint(key))) {
                Files.createDirectory(mountPoint(key));
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the mount point " + mountPoint(key) + ": " + e, e);
        }
    }

    /** Removes the mount point; the note stays until the driver has released the layer. */
    void removeMountPoint(String key) {
        delete(mountPoint(key));
    }

    void released(String key) {
        delete(layers.resolve(key));
    }

    /** Keys that are mounted or wait to be released, with their drivers. */
    Map<String, String> noted() {
        Map<String, String> noted = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layers)) {
            for (Path file : files) {
                noted.put(file.getFileName().toString(), Files.readString(file));
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

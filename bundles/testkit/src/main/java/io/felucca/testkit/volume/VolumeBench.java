package io.felucca.testkit.volume;

import io.felucca.linux.MountInfo;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.Mount;
import io.felucca.testkit.Content;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Folders for volumes, and the mounting that the core would do. */
public final class VolumeBench implements AutoCloseable {

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private final Path folder;

    /** @param parent where its folder is made */
    public VolumeBench(Path parent) {
        try {
            folder = Files.createTempDirectory(parent, "felucca-volumes-");
            Files.createDirectory(folder.resolve("volumes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For other things of a test. */
    public Path folder() {
        return folder;
    }

    public KernelMounts mounts() {
        return mounts;
    }

    public Directory open(Path path) {
        return directories.open(path);
    }

    /** A volume with a folder, of which the driver knows nothing yet. */
    public StoredVolume volume(String name, Map<String, String> options) {
        try {
            return new StoredVolume(
                    name, Files.createDirectories(folder.resolve("volumes").resolve(name)), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mounts what the driver wants mounted. */
    public void mount(VolumeDriver driver, StoredVolume volume) {
        List<Mount> list = driver.mounts(volume);
        Path path = driver.path(volume);
        mounts.mountAll(list, path);
        list.stream()
                .filter(mount -> mount.target().startsWith("/"))
                .forEach(mount -> mounts.unmount(Path.of(mount.target()), false));
    }

    public void unmount(VolumeDriver driver, StoredVolume volume) {
        unmountBelow(driver.path(volume));
        driver.release(volume);
    }

    /** Works in a volume that is in use meanwhile. */
    public void in(VolumeDriver driver, StoredVolume volume, Consumer<Directory> work) {
        mount(driver, volume);
        try (Directory content = open(driver.path(volume))) {
            work.accept(content);
        } finally {
            unmount(driver, volume);
        }
    }

    /** What is in a volume's folder on this machine. */
    public List<String> left(StoredVolume volume) {
        try (Directory directory = open(volume.folder())) {
            return Content.names(directory);
        }
    }

    private void unmountBelow(Path path) {
        List<MountInfo> all = mounts.list();
        for (int i = all.size() - 1; i >= 0; i--) {
            String point = all.get(i).mountPoint();
            if (point.equals(path.toString()) || point.startsWith(path + "/")) {
                mounts.unmount(Path.of(point), true);
            }
        }
    }

    @Override
    public void close() {
        unmountBelow(folder);
        mounts.close();
        try (Directory parent = open(folder.getParent())) {
            parent.removeTree(Content.bytes(folder.getFileName().toString()));
        }
    }
}

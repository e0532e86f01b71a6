package io.felucca.testkit.volume;

import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes and removes volumes until it is killed; {@link VolumeDriverContract} starts it in a process. */
final class VolumeCrashWorkload {

    private VolumeCrashWorkload() {}

    public static void main(String[] args) throws Exception {
        Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        VolumeDriverContract test = (VolumeDriverContract) constructor.newInstance();
        VolumeDriver driver = test.driver();
        Path volumes = Path.of(args[1]);
        Files.createFile(Path.of(args[2]));
        for (long i = System.nanoTime(); ; i++) {
            Path folder = Files.createDirectory(volumes.resolve("v" + i));
            StoredVolume volume = new StoredVolume("v" + i, folder, test.options());
            driver.create(volume);
            // While this is there the volume is whole.
            Files.createFile(folder.resolve("volume.json"));
            if (i % 3 != 0) {
                Files.delete(folder.resolve("volume.json"));
                driver.remove(volume);
                Files.delete(folder);
            }
        }
    }
}

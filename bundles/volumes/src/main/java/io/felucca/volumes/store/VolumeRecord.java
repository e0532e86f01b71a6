package io.felucca.volumes.store;

import io.felucca.volume.spi.StoredVolume;
import io.felucca.volumes.Volume;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * What is on disk of a volume: {@code volume.json} in its folder.
 *
 * @param path where the driver has its content
 * @param created as an Instant is written
 * @param state what is under way with it: whoever finds another than {@code READY} finishes or undoes it
 */
record VolumeRecord(
        String name,
        String driver,
        String path,
        String created,
        Map<String, String> labels,
        Map<String, String> options,
        State state) {

    enum State {
        /** The driver may have made parts of it; undone. */
        CREATING,
        READY,
        /** Content of an image is being copied into it; emptied again. */
        FILLING,
        /** Gone, as far as anybody is told; finished. */
        REMOVING
    }

    VolumeRecord {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        options = options == null ? Map.of() : Map.copyOf(options);
    }

    VolumeRecord with(State other) {
        return new VolumeRecord(name, driver, path, created, labels, options, other);
    }

    VolumeRecord at(Path content) {
        return new VolumeRecord(name, driver, content.toString(), created, labels, options, state);
    }

    boolean isThere() {
        return state == State.READY || state == State.FILLING;
    }

    Path content() {
        return Path.of(path);
    }

    StoredVolume stored(Path folder) {
        return new StoredVolume(name, folder, options);
    }

    Volume volume() {
        return new Volume(name, driver, content(), Instant.parse(created), labels, options);
    }
}

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
 * @param source the snapshot that is being restored, else empty
 * @param state what is under way with it: whoever finds another than {@code READY} finishes or undoes it
 */
record VolumeRecord(
        String name,
        String driver,
        String path,
        String created,
        Map<String, String> labels,
        Map<String, String> options,
        String source,
        State state) {

    /** Between a volume's name and its snapshot's: no user can name a volume so. */
    static final char SNAPSHOT = '@';

    enum State {
        /** The driver may have made parts of it; undone. */
        CREATING,
        READY,
        /** Content of an image is being copied into it; emptied again. */
        FILLING,
        /** Its content is being replaced by a snapshot's; done again. */
        RESTORING,
        /** Gone, as far as anybody is told; finished. */
        REMOVING
    }

    VolumeRecord {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        options = options == null ? Map.of() : Map.copyOf(options);
        source = source == null ? "" : source;
    }

    VolumeRecord with(State other) {
        return new VolumeRecord(name, driver, path, created, labels, options, "", other);
    }

    VolumeRecord at(Path content) {
        return new VolumeRecord(name, driver, content.toString(), created, labels, options, source, state);
    }

    boolean isThere() {
        return state != State.CREATING && state != State.REMOVING;
    }

    VolumeRecord restoring(String snapshot) {
        return new VolumeRecord(name, driver, path, created, labels, options, snapshot, State.RESTORING);
    }

    boolean isSnapshot() {
        return name.indexOf(SNAPSHOT) >= 0;
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

package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.volumes.VolumeMounts.ImageFolder;
import io.felucca.volumes.store.VolumeRecord.State;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fills empty volumes with what an image has. The record says so meanwhile: what an engine that was killed had copied is
 * thrown away by the next, so that nobody takes a part for the whole.
 */
final class VolumePopulation {

    private final Directories directories;
    private final VolumeContent contents;
    private final Consumer<VolumeRecord> save;
    private final Consumer<VolumeRecord> saveWhole;

    /**
     * @param save replaces a record on disk and in the heap
     * @param saveWhole the same when the content is whole, which is then to be known after a crash of the machine too
     */
    VolumePopulation(Directories directories, Consumer<VolumeRecord> save, Consumer<VolumeRecord> saveWhole) {
        this.directories = directories;
        this.contents = new VolumeContent(directories);
        this.save = save;
        this.saveWhole = saveWhole;
    }

    /**
     * What an empty volume is filled from.
     *
     * @param idMap of the container, whose root owns what no image has
     */
    record From(ImageFolder image, IdMap idMap) {}

    /** @param content the volume's, mounted */
    void fill(VolumeRecord record, Path content, From from) {
        try (Directory volume = directories.open(content)) {
            if (volume.entries().iterator().hasNext()) {
                return;
            }
            from.image().with(source -> {
                copy(record, content, volume, source, from.idMap());
                return null;
            });
        }
    }

    private void copy(VolumeRecord record, Path content, Directory volume, Optional<Path> source, IdMap idMap) {
        if (source.isEmpty()) {
            if (!idMap.isNone()) {
                volume.setOwner((int) idMap.rootUid(), (int) idMap.rootGid());
            }
            return;
        }
        save.accept(record.with(State.FILLING));
        try {
            contents.copy(source.get(), content);
        } catch (FeluccaException e) {
            contents.empty(content);
            save.accept(record);
            throw new FeluccaException(
                    e.kind(),
                    "failed to copy the image's content to volume " + record.name() + ": " + e.getMessage(),
                    e);
        }
        saveWhole.accept(record);
    }

    /** Throws away what was copied in part. */
    void undo(VolumeRecord record, Path content) {
        contents.empty(content);
        save.accept(record.with(State.READY));
    }
}

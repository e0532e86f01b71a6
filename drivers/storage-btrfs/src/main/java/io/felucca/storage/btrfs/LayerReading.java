package io.felucca.storage.btrfs;

import io.felucca.FeluccaException;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.btrfs.Btrfs.Subvolume;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.storage.spi.LayerStore.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads what active and committed layers hold themselves. Trees show what has been written back, as all in a new snapshot
 * is: an active layer is read in one, which is dropped afterwards.
 */
final class LayerReading {

    private final Subvolumes subvolumes;
    private final Directories directories;
    private final Btrfs btrfs;

    LayerReading(Subvolumes subvolumes, Directories directories, Btrfs btrfs) {
        this.subvolumes = subvolumes;
        this.directories = directories;
        this.btrfs = btrfs;
    }

    /** What subvolumes within hold counts as of when it was written back last. */
    Usage usage(BtrfsLayer layer) {
        Usage sum = with(layer, SubvolumeChanges::usage);
        try (Directory files = directories.open(subvolumes.layers().files(layer.name()))) {
            List<Long> all = subvolumes.allWithin(files);
            for (long inner : all.subList(1, all.size())) {
                Usage more = new SubvolumeChanges(btrfs, files, inner, 0, OptionalLong.empty()).usage();
                sum = new Usage(sum.sizeBytes() + more.sizeBytes(), sum.inodes() + more.inodes());
            }
        }
        return sum;
    }

    Optional<List<byte[]>> changedPaths(BtrfsLayer layer) {
        return layer.parent().isEmpty() || layer.shifted() ? Optional.empty() : with(layer, SubvolumeChanges::paths);
    }

    private <R> R with(BtrfsLayer layer, Function<SubvolumeChanges, R> work) {
        try (Directory files = directories.open(subvolumes.layers().files(layer.name()))) {
            Subvolume own = subvolume(files);
            long since = layer.parent().isEmpty() ? 0 : own.madeIn();
            if (layer.state() == State.COMMITTED) {
                return work.apply(new SubvolumeChanges(btrfs, files, own.id(), since, treeOf(layer.parent(), own)));
            }
            Path half = subvolumes.layers().startHalf();
            try {
                subvolumes.snapshot(subvolumes.layers().files(layer.name()), half);
                try (Directory now = directories.open(subvolumes.layers().files(half))) {
                    long tree = subvolume(now).id();
                    return work.apply(new SubvolumeChanges(btrfs, now, tree, since, treeOf(layer.parent(), own)));
                }
            } finally {
                subvolumes.layers().drop(half);
            }
        }
    }

    /** Empty where there is none, or what is there is not what the layer was made from. */
    private OptionalLong treeOf(String parent, Subvolume child) {
        if (parent.isEmpty()) {
            return OptionalLong.empty();
        }
        try (Directory files = directories.open(subvolumes.layers().files(parent))) {
            Subvolume found = subvolume(files);
            return found.uuid().equals(child.parentUuid()) ? OptionalLong.of(found.id()) : OptionalLong.empty();
        }
    }

    private Subvolume subvolume(Directory files) {
        return btrfs.subvolume(files).orElseThrow(() -> FeluccaException.system(files + " is not a subvolume"));
    }
}

package io.felucca.storage.btrfs;

import io.felucca.FeluccaException;
import io.felucca.engine.Driver;
import io.felucca.linux.Mounts;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens stores in which each layer is a subvolume. */
@Component
@Driver(kind = StorageDriver.KIND, name = "btrfs")
public final class BtrfsDriver implements StorageDriver {

    private final Directories directories;
    private final Mounts mounts;
    private final Btrfs btrfs;

    @Activate
    public BtrfsDriver(@Reference Directories directories, @Reference Mounts mounts, @Reference Btrfs btrfs) {
        this.directories = directories;
        this.mounts = mounts;
        this.btrfs = btrfs;
    }

    /** Writes nothing: a full disk must not keep an engine from starting. */
    @Override
    public Optional<String> probe(Path root, Map<String, String> options) {
        try (Directory directory = directories.open(root)) {
            return btrfs.missing(directory)
                    .map(reason -> "btrfs cannot work on " + root + ": " + reason
                            + "; put the data root on btrfs (mkfs.btrfs, mount, --data-root), or use the storage driver"
                            + " overlay2");
        }
    }

    @Override
    public LayerStore open(Path root, Map<String, String> options) {
        BtrfsOptions settings = BtrfsOptions.of(options);
        probe(root, options).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        Subvolumes subvolumes = new Subvolumes(directories, mounts, btrfs, root);
        IdMapProbe probe = new IdMapProbe(directories, mounts, root);
        return new BtrfsStore(subvolumes, directories, btrfs, probe::works, settings);
    }
}

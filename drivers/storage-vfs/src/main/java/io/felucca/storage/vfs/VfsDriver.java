package io.felucca.storage.vfs;

import io.felucca.FeluccaException;
import io.felucca.engine.Driver;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens stores in which each layer is a folder with everything in it. Has no options. */
@Component
@Driver(kind = StorageDriver.KIND, name = "vfs")
public final class VfsDriver implements StorageDriver {

    private final Directories directories;
    private final Mounts mounts;
    private final ProjectQuotas quotas;

    @Activate
    public VfsDriver(@Reference Directories directories, @Reference Mounts mounts, @Reference ProjectQuotas quotas) {
        this.directories = directories;
        this.mounts = mounts;
        this.quotas = quotas;
    }

    /** Tries what a root filesystem needs of the disk below it: owners and device nodes. */
    @Override
    public Optional<String> probe(Path root, Map<String, String> options) {
        byte[] name = "probe".getBytes(StandardCharsets.US_ASCII);
        try (Directory folder = directories.open(root)) {
            folder.removeTree(name);
            try {
                folder.makeNode(name, FileType.CHARACTER_DEVICE, 0600, 0);
                folder.setOwner(name, 1, 1);
                return Optional.empty();
            } finally {
                folder.removeTree(name);
            }
        } catch (FeluccaException e) {
            return Optional.of("vfs cannot work on " + root + ": its filesystem ("
                    + directories.fileSystem(root).typeName()
                    + ") does not keep owners and device nodes (" + e.getMessage()
                    + "); put the data root on ext4, xfs or btrfs");
        }
    }

    @Override
    public LayerStore open(Path root, Map<String, String> options) {
        for (String option : options.keySet()) {
            throw FeluccaException.invalid("unknown storage option vfs." + option + ": the vfs driver has none");
        }
        probe(root, options).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        return new VfsStore(directories, mounts, quotas, root);
    }
}

package io.felucca.volume.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.engine.Driver;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.linux.files.Resolve;
import io.felucca.storage.spi.Mount;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Docker's {@code local}: a folder, or whatever mount(8) can mount on one. */
@Component
@Driver(kind = VolumeDriver.KIND, name = "local")
public final class LocalVolumeDriver implements VolumeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(LocalVolumeDriver.class);
    private static final byte[] DATA = "_data".getBytes(US_ASCII);

    private final Directories directories;
    private final Mounts mounts;
    private final ProjectQuotas quotas;

    @Activate
    public LocalVolumeDriver(
            @Reference Directories directories, @Reference Mounts mounts, @Reference ProjectQuotas quotas) {
        this.directories = directories;
        this.mounts = mounts;
        this.quotas = quotas;
    }

    @Override
    public void check(Map<String, String> options) {
        LocalOptions.of(options);
    }

    @Override
    public void create(StoredVolume volume) {
        try (Directory folder = directories.open(volume.folder())) {
            if (folder.tryMakeDirectory(DATA, 0755)) {
                // Whatever this process's umask is.
                folder.setMode(DATA, 0755);
            }
            long sizeBytes = LocalOptions.of(volume.options()).sizeBytes();
            if (sizeBytes > 0) {
                limit(folder, sizeBytes);
            }
        }
    }

    private void limit(Directory folder, long sizeBytes) {
        try (Directory data = folder.openDirectory(DATA, Resolve.NO_SYMLINKS)) {
            quotas.limit(data, sizeBytes);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNSUPPORTED) {
                LOG.info("no limit for a volume: {}", e.getMessage());
                throw new FeluccaException(Kind.INVALID, "quota size requested but no quota support", e);
            }
            throw e;
        }
    }

    @Override
    public Path path(StoredVolume volume) {
        return volume.folder().resolve("_data");
    }

    @Override
    public List<Mount> mounts(StoredVolume volume) {
        LocalOptions options = LocalOptions.of(volume.options());
        return options.type()
                .map(type -> List.of(new Mount(type, options.device(), "", options.resolvedOptions(), IdMap.NONE)))
                .orElse(List.of());
    }

    @Override
    public void release(StoredVolume volume) {}

    @Override
    public void remove(StoredVolume volume) {
        String data = path(volume).toString();
        boolean mounted = mounts.list().stream()
                .anyMatch(mount ->
                        mount.mountPoint().equals(data) || mount.mountPoint().startsWith(data + "/"));
        if (mounted) {
            throw FeluccaException.conflict("something is mounted in " + data + ": unmount it, then try again");
        }
        try (Directory folder = directories.open(volume.folder())) {
            Optional<Directory> limited = LocalOptions.of(volume.options()).sizeBytes() > 0
                    ? folder.findDirectory(DATA, Resolve.NO_SYMLINKS)
                    : Optional.empty();
            try {
                folder.removeTree(DATA);
                // Last of all: what a refusal leaves keeps its limit. The directory is held open, though it has gone.
                limited.ifPresent(quotas::endLimit);
            } finally {
                limited.ifPresent(Directory::close);
            }
        }
    }
}

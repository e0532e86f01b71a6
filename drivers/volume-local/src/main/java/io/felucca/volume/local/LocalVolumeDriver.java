package io.felucca.volume.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.engine.Drivers;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.Mounts;
import io.felucca.storage.spi.Mount;
import io.felucca.volume.spi.StoredVolume;
import io.felucca.volume.spi.VolumeDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Docker's {@code local}: a folder, or whatever mount(8) can mount on one. */
@Component(property = Drivers.NAME + "=local")
public final class LocalVolumeDriver implements VolumeDriver {

    private static final byte[] DATA = "_data".getBytes(US_ASCII);

    private final Directories directories;
    private final Mounts mounts;

    @Activate
    public LocalVolumeDriver(@Reference Directories directories, @Reference Mounts mounts) {
        this.directories = directories;
        this.mounts = mounts;
    }

    @Override
    public void check(Map<String, String> options) {
        if (LocalOptions.of(options).size().isPresent()) {
            throw FeluccaException.invalid("quota size requested but no quota support");
        }
    }

    @Override
    public void create(StoredVolume volume) {
        try (Directory folder = directories.open(volume.folder())) {
            if (folder.tryMakeDirectory(DATA, 0755)) {
                // Whatever this process's umask is.
                folder.setMode(DATA, 0755);
            }
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
                .map(type -> List.of(new Mount(type, options.device(), "", options.mountOptions(), IdMap.NONE)))
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
            folder.removeTree(DATA);
        }
    }
}

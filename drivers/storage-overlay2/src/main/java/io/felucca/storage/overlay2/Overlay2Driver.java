package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.engine.Driver;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens stores on the kernel's overlay filesystem. */
@Component
@Driver(kind = StorageDriver.KIND, name = "overlay2")
public final class Overlay2Driver implements StorageDriver {

    private final Directories directories;
    private final Mounts mounts;
    private final ProjectQuotas quotas;

    @Activate
    public Overlay2Driver(
            @Reference Directories directories, @Reference Mounts mounts, @Reference ProjectQuotas quotas) {
        this.directories = directories;
        this.mounts = mounts;
        this.quotas = quotas;
    }

    @Override
    public Optional<String> probe(Path root, Map<String, String> options) {
        return new OverlayProbe(directories, mounts, new OverlayOptions()).unfit(root);
    }

    @Override
    public LayerStore open(Path root, Map<String, String> options) {
        Overlay2Options asked = Overlay2Options.of(options);
        OverlayOptions overlay = new OverlayOptions();
        OverlayProbe probe = new OverlayProbe(directories, mounts, overlay);
        probe.unfit(root).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        probe.sweep(root);
        OverlayFolders folders = new OverlayFolders(directories, mounts, root);
        LowerDirs lowerDirs = new LowerDirs(folders, directories, idMap -> probe.canMapIds(root, idMap));
        LayerQuotas limits = new LayerQuotas(directories, quotas, folders, asked.sizeBytes());
        return new Overlay2Store(folders, directories, overlay, lowerDirs, limits);
    }
}

package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.linux.Directories;
import io.felucca.linux.Mounts;
import io.felucca.linux.ProjectQuotas;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Opens stores on the kernel's overlay filesystem. Its option {@code overlay2.override_kernel_check} is Docker's, and
 * does nothing: what the kernel can do is tried.
 */
@Component(property = Drivers.NAME + "=overlay2")
public final class Overlay2Driver implements StorageDriver {

    private static final String OVERRIDE_KERNEL_CHECK = "override_kernel_check";

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
        return new Trial(directories, mounts, new OverlayOptions()).unfit(root);
    }

    @Override
    public LayerStore open(Path root, Map<String, String> options) {
        for (String option : options.keySet()) {
            if (!option.equals(OVERRIDE_KERNEL_CHECK)) {
                throw FeluccaException.invalid("unknown storage option overlay2." + option
                        + ": overlay2 knows overlay2." + OVERRIDE_KERNEL_CHECK);
            }
        }
        OverlayOptions overlay = new OverlayOptions();
        Trial trial = new Trial(directories, mounts, overlay);
        trial.unfit(root).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        trial.sweep(root);
        OverlayFolders folders = new OverlayFolders(directories, mounts, root);
        Lowers lowers = new Lowers(folders, directories, idMap -> trial.canMapIds(root, idMap));
        return new Overlay2Store(folders, directories, overlay, lowers, new LayerQuotas(directories, quotas, folders));
    }
}

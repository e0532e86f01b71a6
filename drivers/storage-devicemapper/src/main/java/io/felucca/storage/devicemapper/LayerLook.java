package io.felucca.storage.devicemapper;

import io.felucca.IdMap;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Opens layers' files without mounting them at a place, to read them. */
final class LayerLook {

    private final OpenPool pool;

    LayerLook(OpenPool pool) {
        this.pool = pool;
    }

    /** A layer that is mounted is seen through its own filesystem, any other through one that cannot be written. */
    <R> R at(Layer layer, Function<Directory, R> work) {
        Optional<DmDevice> active = pool.devices().active(layer);
        if (active.isPresent() && !active.get().readOnly()) {
            List<String> options = new ArrayList<>(FileSystem.options(layer.fileSystem(), List.of()));
            options.add("noatime");
            return open(layer, active.get(), options, work);
        }
        List<String> options = FileSystem.readOnlyOptions(layer.fileSystem());
        return pool.devices().look(layer, true, device -> open(layer, device, options, work));
    }

    private <R> R open(Layer layer, DmDevice device, List<String> options, Function<Directory, R> work) {
        Mount mount = new Mount(layer.fileSystem(), device.node().toString(), "", options, IdMap.NONE);
        try (Directory files = pool.mounts().openDetached(mount)) {
            return work.apply(files);
        }
    }
}

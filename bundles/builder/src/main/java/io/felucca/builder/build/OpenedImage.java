package io.felucca.builder.build;

import io.felucca.Digest;
import io.felucca.IdMap;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.BuildImages;
import io.felucca.builder.work.Services;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Layer;
import io.felucca.images.Layers.PathStat;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The files of an image while they are read: a view of its layers, and a hold on it. Closing gives both back. */
final class OpenedImage implements Archive {

    private final BuildFolder folder;
    private final BuildImages.Hold hold;
    private final Archive files;

    /** @param open what is read of the view */
    OpenedImage(Path work, Services services, BuildImages users, Digest image, Function<Layer, Archive> open) {
        folder = BuildFolder.make(work, services);
        hold = users.open(folder.id(), services.images());
        try {
            hold.apply(image);
            String driver = services.storage().defaultDriver();
            BuildFolder.MountedLayer view =
                    folder.view(driver, services.images().unpack(image, driver));
            files = open.apply(new Layer(driver, view.key(), IdMap.NONE, Optional.of(view.path())));
        } catch (RuntimeException e) {
            giveBack();
            throw e;
        }
    }

    private void giveBack() {
        hold.close();
        folder.close();
    }

    @Override
    public PathStat stat() {
        return files.stat();
    }

    @Override
    public void writeTo(OutputStream out) {
        files.writeTo(out);
    }

    @Override
    public void close() {
        try {
            files.close();
        } finally {
            giveBack();
        }
    }
}

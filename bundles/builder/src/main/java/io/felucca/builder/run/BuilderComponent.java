package io.felucca.builder.run;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.builder.plan.Plan;
import io.felucca.containers.Containers;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.engine.EngineRoot;
import io.felucca.images.FolderArchives;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.images.Images.Removed;
import io.felucca.images.Layers;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.Hashes;
import io.felucca.storage.Storage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The service. */
@Component(service = Builder.class)
public final class BuilderComponent implements Builder {

    private final Services services;
    private final Path work;
    private final StepCache cache;

    @Activate
    public BuilderComponent(
            @Reference EngineRoot root,
            @Reference Images images,
            @Reference Layers layers,
            @Reference FolderArchives archives,
            @Reference Storage storage,
            @Reference Containers containers,
            @Reference Directories directories,
            @Reference Hashes hashes) {
        services = new Services(images, layers, archives, storage, containers, directories, hashes);
        work = root.dataRoot().resolve("builder").resolve("work");
        cache = new StepCache(root.dataRoot().resolve("builder").resolve("cache"), images);
        List<WorkFolder> left = WorkFolder.left(work, services);
        if (!left.isEmpty()) {
            // Off this thread: it may have to wait for a driver.
            Thread recovery = new Thread(() -> WorkFolder.closeAll(left), "felucca-builder");
            recovery.setDaemon(true);
            recovery.start();
        }
    }

    @Override
    public Digest build(Request request, InputStream context, Output output) {
        List<ImageReference> tags = new ArrayList<>();
        for (String tag : request.tags()) {
            ImageReference reference = ImageReference.parse(tag);
            if (!reference.digest().isEmpty()) {
                throw FeluccaException.invalid("build tag cannot contain a digest");
            }
            tags.add(reference);
        }
        try (WorkFolder folder = WorkFolder.make(work, services)) {
            Path unpacked = folder.newFolder();
            services.archives().extract(unpacked, context);
            try (Directory root = services.directories().open(unpacked)) {
                Dockerfile dockerfile = Plan.labelled(Context.dockerfile(root, request.dockerfile()), request.labels());
                Context.removeIgnored(root, request.dockerfile());
                Plan plan = Plan.of(dockerfile, request.target());
                Digest image = new Build(services, folder, cache, request, output, dockerfile, root).run(plan);
                output.text("Successfully built " + image.shortHex() + "\n");
                for (ImageReference tag : tags) {
                    services.images().tag(image.value(), tag.familiar());
                    output.text("Successfully tagged " + tag.familiar() + "\n");
                }
                return image;
            }
        }
    }

    @Override
    public Pruned prune() {
        long before = services.images().diskUsage().layerBytes();
        List<String> gone = new ArrayList<>();
        for (Digest image : cache.clear()) {
            try {
                if (services.images().get(image.value()).tags().isEmpty()) {
                    services.images().remove(image.value(), false, true).stream()
                            .map(Removed::deleted)
                            .filter(Digest::matches)
                            .forEach(gone::add);
                }
            } catch (FeluccaException e) {
                // Another image or a container stands on it, or it went with one that stood on it.
                if (e.kind() != FeluccaException.Kind.NOT_FOUND && e.kind() != FeluccaException.Kind.CONFLICT) {
                    throw e;
                }
            }
        }
        return new Pruned(
                List.copyOf(gone),
                Math.max(0, before - services.images().diskUsage().layerBytes()));
    }
}

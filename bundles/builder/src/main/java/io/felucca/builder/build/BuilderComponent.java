package io.felucca.builder.build;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.builder.cache.CachePruning;
import io.felucca.builder.cache.StepCache;
import io.felucca.builder.context.ReceivedContext;
import io.felucca.builder.plan.SecretNames;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.BuildImages;
import io.felucca.builder.work.CacheFolders;
import io.felucca.builder.work.SecretFiles;
import io.felucca.builder.work.Services;
import io.felucca.containers.Containers;
import io.felucca.engine.EngineRoot;
import io.felucca.git.GitRepositories;
import io.felucca.images.FolderArchives;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Archive;
import io.felucca.linux.Hashes;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.registry.Registry;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The service. When it goes, running builds fail by themselves: what they stand on goes away. */
@Component(service = Builder.class)
public final class BuilderComponent implements Builder {

    private final Services services;
    private final Path work;
    private final StepCache cache;
    private final BuildImages users;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Registry registry;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile GitRepositories git;

    @Activate
    public BuilderComponent(
            @Reference EngineRoot root,
            @Reference Images images,
            @Reference Layers layers,
            @Reference FolderArchives archives,
            @Reference Storage storage,
            @Reference Containers containers,
            @Reference Directories directories,
            @Reference Hashes hashes,
            @Reference BuildImages users) {
        this.users = users;
        Path folder = root.dataRoot().resolve("builder");
        CacheFolders caches = new CacheFolders(folder.resolve("mounts"), directories);
        services = new Services(
                images,
                layers,
                archives,
                storage,
                containers,
                this::registry,
                this::git,
                directories,
                hashes,
                caches,
                new SecretFiles(root.execRoot(), directories));
        work = folder.resolve("work");
        cache = new StepCache(folder.resolve("cache"));
        List<BuildFolder> left = BuildFolder.left(work, services);
        if (!left.isEmpty()) {
            // Off this thread: it may have to wait for a driver.
            Thread recovery = new Thread(() -> BuildFolder.closeAll(left), "felucca-builder");
            recovery.setDaemon(true);
            recovery.start();
        }
    }

    private Registry registry() {
        Registry there = registry;
        if (there == null) {
            throw FeluccaException.unavailable(
                    "the engine's registry client is away: start its bundle, then try again");
        }
        return there;
    }

    private GitRepositories git() {
        GitRepositories there = git;
        if (there == null) {
            throw FeluccaException.unavailable("the engine's client of git is away: start its bundle, then try again");
        }
        return there;
    }

    @Override
    public Digest build(Request request, Context context, Output output) throws IOException {
        List<ImageReference> tags = new ArrayList<>();
        for (String tag : request.tags()) {
            ImageReference reference = ImageReference.parse(tag);
            if (!reference.digest().isEmpty()) {
                throw FeluccaException.invalid("build tag cannot contain a digest");
            }
            tags.add(reference);
        }
        try (BuildFolder folder = BuildFolder.make(work, services);
                BuildImages.Hold held = users.open(folder.id(), services.images())) {
            ReceivedContext received = ReceivedContext.receive(services, folder, request, context, output);
            try (Directory root = services.directories().open(received.folder())) {
                Digest image =
                        new Build(services, folder, cache, request, output, received, root, held).run(received.plan());
                SecretNames.warnings(received.plan()).forEach(output::text);
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
    public Archive tree(Digest image) {
        return new OpenedImage(work, services, users, image, services.layers()::tree);
    }

    @Override
    public Archive open(Digest image, String path) {
        return new OpenedImage(
                work, services, users, image, layer -> services.layers().open(layer, path));
    }

    @Override
    public Pruned prune(Prune what) {
        return new CachePruning(cache, services, users).prune(what, Instant.now());
    }
}

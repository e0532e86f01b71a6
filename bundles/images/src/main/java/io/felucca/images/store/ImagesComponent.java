package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.FolderArchives;
import io.felucca.images.Image;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageReference;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.linux.Directories;
import io.felucca.linux.Hashes;
import io.felucca.storage.Storage;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** The service. Who uses images may come and go. */
@Component(
        service = {Images.class, Layers.class, FolderArchives.class, ImageContent.class},
        configurationPid = ImagesConfig.PID)
@Designate(ocd = ImagesConfig.class)
public final class ImagesComponent implements Images, Layers, FolderArchives, ImageContent {

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            fieldOption = FieldOption.REPLACE)
    private volatile List<ImageUsers> users = List.of();

    private final ImageStore store;
    private final Layers layers;
    private final FolderArchives folders;
    private final ImageContent content;

    @Activate
    public ImagesComponent(
            @Reference EngineRoot root,
            @Reference Storage storage,
            @Reference Directories directories,
            @Reference Events events,
            @Reference Hashes hashes,
            ImagesConfig config) {
        store = ImageStore.open(
                root.dataRoot(),
                storage,
                new FolderUnpacker(directories),
                () -> users,
                events,
                hashes,
                DiskPressure.Supplies.of(root.dataRoot()),
                Clock.systemUTC());
        configure(config);
        layers = store.layers(directories);
        folders = new FolderFiles(directories);
        content = store.content();
    }

    @Modified
    void configure(ImagesConfig config) {
        store.configure(new DiskPressure.Marks(config.gc_high(), config.gc_low()));
    }

    @Override
    public Digest importRootfs(InputStream archive, Import image, Progress progress) {
        return store.importRootfs(archive, image, progress);
    }

    @Override
    public Digest importUrl(String url, Import image, Progress progress) {
        return store.importUrl(url, image, progress);
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        return store.load(archive, progress);
    }

    @Override
    public void save(List<String> names, OutputStream out) {
        store.save(names, out);
    }

    @Override
    public Image get(String name) {
        return store.get(name);
    }

    @Override
    public List<Image> list(boolean all, Map<String, List<String>> filters) {
        return store.list(all, filters);
    }

    @Override
    public void tag(String name, String target) {
        store.tag(name, target);
    }

    @Override
    public List<Removed> remove(String name, boolean force, boolean prune) {
        return store.remove(name, force, prune);
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        return store.prune(filters);
    }

    @Override
    public String unpack(Digest id, String driver) {
        return store.unpack(id, driver);
    }

    @Override
    public boolean evict(Digest id, String driver) {
        return store.evict(id, driver);
    }

    @Override
    public Set<String> unpackedIn(Digest id) {
        return store.unpackedIn(id);
    }

    @Override
    public DiskUsage diskUsage() {
        return store.diskUsage();
    }

    @Override
    public List<StoredLayer> storedLayers() {
        return store.storedLayers();
    }

    @Override
    public Changes changes(Layer layer) {
        return layers.changes(layer);
    }

    @Override
    public Archive tree(Layer layer) {
        return layers.tree(layer);
    }

    @Override
    public PathStat stat(Layer layer, String path) {
        return layers.stat(layer, path);
    }

    @Override
    public Archive open(Layer layer, String path) {
        return layers.open(layer, path);
    }

    @Override
    public void extract(Layer layer, String path, InputStream tar, Extraction rules) {
        layers.extract(layer, path, tar, rules);
    }

    @Override
    public void write(List<Folder> trees, OutputStream out) {
        folders.write(trees, out);
    }

    @Override
    public void extract(Path folder, InputStream archive) {
        folders.extract(folder, archive);
    }

    @Override
    public void copy(Layer from, Layer to) {
        layers.copy(from, to);
    }

    @Override
    public Digest commit(Commit commit) {
        return layers.commit(commit);
    }

    @Override
    public void requirePlatform(String platform) {
        content.requirePlatform(platform);
    }

    @Override
    public Optional<Blob> choose(Document document, String platform) {
        return content.choose(document, platform);
    }

    @Override
    public Incoming receive(Document manifest) {
        return content.receive(manifest);
    }

    @Override
    public Outgoing send(ImageReference name) {
        return content.send(name);
    }

    @Override
    public List<ImageReference> tagsOf(ImageReference repository) {
        return content.tagsOf(repository);
    }

    @Override
    public List<String> repositoriesWith(String domain, Blob blob) {
        return content.repositoriesWith(domain, blob);
    }

    @Override
    public Digest step(Step step) {
        return layers.step(step);
    }

    @Override
    public Optional<Digest> reuse(Step step, Digest other) {
        return layers.reuse(step, other);
    }

    @Override
    public Digest squash(Squash squash) {
        return layers.squash(squash);
    }

    @Override
    public boolean isArchive(InputStream in) {
        return layers.isArchive(in);
    }
}

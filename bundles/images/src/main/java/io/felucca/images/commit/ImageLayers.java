package io.felucca.images.commit;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Layers;
import io.felucca.images.archive.Compression;
import io.felucca.images.store.ImageStore;
import io.felucca.images.tar.TarReader;
import io.felucca.linux.files.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The façade: files of layers, and images of them. Thread-safe. */
@Component
public final class ImageLayers implements Layers {

    private final LayerFiles files;
    private final LayerCopy copies;
    private final Committer committer;

    @Activate
    public ImageLayers(@Reference ImageStore store, @Reference Directories directories) {
        files = new LayerFiles(store.storage, directories);
        copies = new LayerCopy(files);
        committer = new Committer(files, store.blobs, store.catalog, store.sizes, store.events, store.clock);
    }

    @Override
    public Changes changes(Layer layer) {
        return files.changes(layer);
    }

    @Override
    public Archive tree(Layer layer) {
        return files.tree(layer);
    }

    @Override
    public PathStat stat(Layer layer, String path) {
        return files.stat(layer, path);
    }

    @Override
    public Archive open(Layer layer, String path) {
        return files.open(layer, path);
    }

    @Override
    public void extract(Layer layer, String path, InputStream tar, Extraction rules) {
        files.extract(layer, path, tar, rules);
    }

    @Override
    public void copy(Layer from, Layer to) {
        copies.copy(from, to);
    }

    @Override
    public Digest commit(Commit commit) {
        return committer.commit(commit);
    }

    @Override
    public Digest step(Step step) {
        return committer.step(step);
    }

    @Override
    public Optional<Digest> reuse(Step step, Digest other) {
        return committer.reuse(step, other);
    }

    @Override
    public Digest squash(Squash squash) {
        return committer.squash(squash);
    }

    @Override
    public boolean isArchive(InputStream in) {
        try (Compression.Opened opened = Compression.open(in)) {
            return new TarReader(opened.plain()).next().isPresent();
        } catch (IOException | FeluccaException e) {
            return false;
        }
    }
}

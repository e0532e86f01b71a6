package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Layers;
import io.felucca.images.archive.Compression;
import io.felucca.images.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The façade: files of layers, and images of them. */
record ImageLayers(LayerFiles files, LayerCopy copies, Committer committer) implements Layers {

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

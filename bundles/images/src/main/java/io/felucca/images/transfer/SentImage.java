package io.felucca.images.transfer;

import io.felucca.Digest;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Document;
import io.felucca.images.ImageContent.Outgoing;
import io.felucca.images.ImageReference;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Manifest;
import java.io.InputStream;
import java.util.List;

/** An image that is sent to a registry. */
final class SentImage implements Outgoing {

    private final IndexEntry entry;
    private final ImageReference reference;
    private final Catalog catalog;
    private final Blobs blobs;
    private final ImageEvents events;
    private final Catalog.Work work;
    private final Manifest manifest;

    SentImage(IndexEntry entry, ImageReference reference, Catalog catalog, Blobs blobs, ImageEvents events) {
        this.entry = entry;
        this.reference = reference;
        this.catalog = catalog;
        this.blobs = blobs;
        this.events = events;
        work = catalog.begin();
        try {
            work.keep(entry.manifest());
            manifest = catalog.manifest(entry.manifest());
        } catch (RuntimeException e) {
            work.close();
            throw e;
        }
    }

    @Override
    public Digest manifestDigest() {
        return entry.manifest();
    }

    @Override
    public Document manifest() {
        return new Document(blobs.readSmall(entry.manifest()), entry.mediaType());
    }

    @Override
    public Blob config() {
        return ImageTransfer.blob(manifest.config());
    }

    @Override
    public List<Blob> layers() {
        return manifest.layers().stream().map(ImageTransfer::blob).toList();
    }

    @Override
    public List<Digest> diffIds() {
        return ConfigDocument.parse(blobs.readSmall(config().digest())).diffIds();
    }

    @Override
    public InputStream open(Blob blob) {
        return blobs.open(blob.digest());
    }

    @Override
    public void pushed(ImageReference repoDigest) {
        catalog.add(List.of(entry.named(repoDigest)));
        events.tellTransfer("push", entry.imageId(), reference);
    }

    @Override
    public void close() {
        work.close();
    }
}

package io.felucca.images.transfer;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Incoming;
import io.felucca.images.ImageContent.Source;
import io.felucca.images.ImageContent.Stored;
import io.felucca.images.ImageReference;
import io.felucca.images.archive.LayerReceiver;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Manifest;
import io.felucca.images.unpack.ArrivingLayers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** An image that a registry sends. */
final class ReceivedImage implements Incoming {

    private final byte[] document;
    private final String mediaType;
    private final Manifest manifest;
    private final Catalog catalog;
    private final Blobs blobs;
    private final LayerReceiver receiver;
    private final LayerSizes sizes;
    private final ImageEvents events;
    private final ArrivingLayers arriving;
    private final Catalog.Work work;
    private volatile ConfigDocument config;

    ReceivedImage(
            byte[] document,
            String mediaType,
            Manifest manifest,
            Catalog catalog,
            Blobs blobs,
            LayerReceiver receiver,
            LayerSizes sizes,
            ImageEvents events,
            ArrivingLayers arriving) {
        this.document = document;
        this.mediaType = mediaType;
        this.manifest = manifest;
        this.catalog = catalog;
        this.blobs = blobs;
        this.receiver = receiver;
        this.sizes = sizes;
        this.events = events;
        this.arriving = arriving;
        work = catalog.begin();
        manifest.layerDigests().forEach(work.hold()::keep);
        work.hold().keep(manifest.config().contentDigest());
    }

    @Override
    public Blob config() {
        return ImageTransfer.blob(manifest.config());
    }

    @Override
    public List<Blob> layers() {
        return manifest.layers().stream().map(ImageTransfer::blob).distinct().toList();
    }

    @Override
    public boolean hasConfig() {
        if (!blobs.has(config().digest())) {
            return false;
        }
        read(blobs.readSmall(config().digest()));
        return true;
    }

    @Override
    public void config(byte[] json) {
        Digest expected = config().digest();
        if (json.length != config().sizeBytes() || !BlobWriter.digestOf(json).equals(expected)) {
            throw FeluccaException.invalid("image config verification failed for digest " + expected);
        }
        read(json);
        blobs.add(json, work.hold());
    }

    private void read(byte[] json) {
        ConfigDocument found = ConfigDocument.parse(json);
        if (!found.os().isEmpty() && !found.os().equals("linux")) {
            throw FeluccaException.invalid(
                    "image operating system \"" + found.os() + "\" cannot be used on this platform");
        }
        if (found.diffIds().size() != manifest.layers().size()) {
            throw FeluccaException.invalid("invalid manifest, layers length mismatch: expected "
                    + found.diffIds().size() + ", got " + manifest.layers().size());
        }
        config = found;
    }

    @Override
    public boolean has(Blob layer) {
        return blobs.has(layer.digest());
    }

    @Override
    public void fetch(Blob layer, Source source, LongConsumer received) throws IOException {
        receiver.receive(layer, source, received, tar -> arriving.read(layer.digest(), tar));
    }

    @Override
    public Stored store(List<ImageReference> names) {
        List<Digest> layers = manifest.layerDigests();
        boolean known =
                catalog.entries().stream().anyMatch(entry -> entry.manifest().equals(BlobWriter.digestOf(document)));
        layers.forEach(layer -> receiver.publish(layer, work.hold()));
        for (int i = 0; i < layers.size() && !known; i++) {
            check(
                    manifest.layers().get(i).size(),
                    layers.get(i),
                    config.diffIds().get(i));
        }
        Digest digest = blobs.add(document, work.hold());
        blobs.sync();
        Digest id = config().digest();
        IndexEntry entry = new IndexEntry(digest, mediaType, document.length, id, Optional.empty(), "");
        boolean same = names.stream()
                .findFirst()
                .flatMap(catalog::find)
                .map(IndexEntry::imageId)
                .equals(Optional.of(id));
        catalog.add(names.stream().map(entry::named).toList());
        arriving.join(storedLayers(layers));
        names.stream().findFirst().ifPresent(name -> events.tellTransfer("pull", id, name));
        return new Stored(id, !same);
    }

    private List<StoredImages.Layer> storedLayers(List<Digest> layers) {
        List<Digest> chains = config.chainIds();
        List<StoredImages.Layer> stored = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            stored.add(new StoredImages.Layer(config.diffIds().get(i), chains.get(i), layers.get(i)));
        }
        return stored;
    }

    private void check(long sizeBytes, Digest layer, Digest diffId) {
        if (blobs.size(layer) != sizeBytes) {
            throw FeluccaException.invalid("filesystem layer verification failed for digest " + layer);
        }
        LayerReceiver.Plain plain = receiver.plain(layer);
        if (!plain.diffId().equals(diffId)) {
            throw FeluccaException.invalid("layers from manifest don't match image configuration: layer " + layer
                    + " is " + plain.diffId() + ", the configuration says " + diffId);
        }
        sizes.put(diffId, plain.sizeBytes());
    }

    @Override
    public void close() {
        arriving.close();
        work.close();
    }
}

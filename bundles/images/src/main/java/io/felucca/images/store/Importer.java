package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.images.archive.Compression;
import io.felucca.images.archive.Fanout;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.config.ConfigInstructions;
import io.felucca.images.config.ConfigWriter;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import io.felucca.images.content.Platform;
import io.felucca.images.content.PlatformText;
import io.felucca.images.layers.Applied;
import io.felucca.images.unpack.LayerClaims;
import io.felucca.images.unpack.LayerCollector;
import io.felucca.images.unpack.LayerWriter;
import io.felucca.images.unpack.UnpackTarget;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes images of root filesystems. The archive is read once: while it is decompressed it is hashed and
 * written as a blob and unpacked into the storage driver.
 */
final class Importer {

    private static final long REPORT_BYTES = 4 << 20;

    private final Storage storage;
    private final LayerWriter writer;
    private final Blobs blobs;
    private final Catalog catalog;
    private final LayerSizes sizes;
    private final LayerCollector collector;
    private final LayerClaims claims;
    private final ImageEvents events;
    private final Clock clock;

    Importer(
            Storage storage,
            LayerWriter writer,
            Blobs blobs,
            Catalog catalog,
            LayerSizes sizes,
            LayerCollector collector,
            LayerClaims claims,
            ImageEvents events,
            Clock clock) {
        this.storage = storage;
        this.writer = writer;
        this.blobs = blobs;
        this.catalog = catalog;
        this.sizes = sizes;
        this.collector = collector;
        this.claims = claims;
        this.events = events;
        this.clock = clock;
    }

    /** What is to be made, read and found right before anything is fetched. */
    final class Plan {

        private final Optional<ImageReference> reference;
        private final ImageConfig config;
        private final String comment;
        private final Platform platform;

        private Plan(Optional<ImageReference> reference, ImageConfig config, String comment, Platform platform) {
            this.reference = reference;
            this.config = config;
            this.comment = comment;
            this.platform = platform;
        }

        Digest run(InputStream archive, Images.Progress progress) {
            return importRootfs(archive, this, progress);
        }
    }

    /** @param source where it comes from, for the default comment: {@code -} or a URL */
    Plan plan(Images.Import image, String source) {
        String name = image.reference();
        Optional<ImageReference> reference =
                name.isEmpty() ? Optional.empty() : Optional.of(ImageReference.parse(name));
        if (reference.isPresent() && !reference.get().digest().isEmpty()) {
            throw FeluccaException.invalid("cannot import digest reference");
        }
        Platform platform =
                image.platform().isEmpty() ? Platform.ofThisMachine() : PlatformText.parse(image.platform());
        if (!platform.os().equals("linux")) {
            throw FeluccaException.invalid("operating system is not supported");
        }
        return new Plan(
                reference,
                ConfigInstructions.apply(ImageConfig.EMPTY, image.changes()),
                image.message().isEmpty() ? "Imported from " + source : image.message(),
                platform);
    }

    private Digest importRootfs(InputStream archive, Plan plan, Images.Progress progress) {
        String driver = storage.defaultDriver();
        collector.sweepOnce(driver);
        try (Catalog.Work work = catalog.begin();
                BlobWriter blob = blobs.writer();
                UnpackTarget target = UnpackTarget.prepare(storage, driver, "")) {
            long size = read(archive, blob, target, progress);
            return commit(blob, target, size, work.hold(), plan);
        }
    }

    /** The layer first, for it syncs the disk; without the image it goes again. */
    @SuppressWarnings("try")
    private Digest commit(BlobWriter blob, UnpackTarget target, long sizeBytes, Blobs.Hold hold, Plan plan) {
        Digest diffId = blob.seal();
        boolean stored = false;
        try (LayerCollector.Expectation expectation = collector.expect(List.of(diffId))) {
            try (LayerClaims.Claim claim = claims.claim(target.driver(), diffId)) {
                target.commit(diffId.hex());
            }
            sizes.put(diffId, sizeBytes);
            IndexEntry entry = store(blob, hold, plan);
            catalog.add(List.of(plan.reference.map(entry::named).orElse(entry)));
            stored = true;
            plan.reference.ifPresent(name -> events.tell("tag", entry.imageId(), name.familiar()));
            events.tell("import", entry.imageId());
            return entry.imageId();
        } finally {
            if (!stored) {
                collector.removeUnused(List.of(diffId));
            }
        }
    }

    private long read(InputStream archive, BlobWriter blob, UnpackTarget target, Images.Progress progress) {
        AtomicReference<Applied> applied = new AtomicReference<>();
        try (Compression.Opened opened = Compression.open(archive)) {
            Fanout.run(
                    opened.plain(),
                    List.of(
                            in -> write(in, blob, progress),
                            in -> applied.set(writer.unpack(in, target.folder(), target.isLayerDirectory()))));
            return applied.get().sizeBytes();
        } catch (IOException e) {
            throw Compression.invalid(e);
        }
    }

    private static void write(InputStream in, BlobWriter blob, Images.Progress progress) throws IOException {
        long[] told = new long[1];
        in.transferTo(new java.io.FilterOutputStream(blob) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                blob.write(bytes, offset, length);
                if (blob.sizeBytes() - told[0] >= REPORT_BYTES) {
                    told[0] = blob.sizeBytes();
                    progress.report("", "Importing", told[0], 0);
                }
            }
        });
    }

    private IndexEntry store(BlobWriter blob, Blobs.Hold hold, Plan plan) {
        blobs.add(blob, hold);
        byte[] json = ConfigWriter.imported(plan.config, plan.platform, blob.seal(), clock.instant(), plan.comment);
        Digest id = blobs.add(json, hold);
        Manifest manifest = Manifest.of(
                Descriptor.of(MediaTypes.CONFIG, id, json.length),
                List.of(Descriptor.of(MediaTypes.LAYER, blob.seal(), blob.sizeBytes())));
        byte[] written = ContentJson.write(manifest);
        Digest digest = blobs.add(written, hold);
        blobs.sync();
        return new IndexEntry(digest, MediaTypes.MANIFEST, written.length, id, Optional.empty(), "");
    }
}

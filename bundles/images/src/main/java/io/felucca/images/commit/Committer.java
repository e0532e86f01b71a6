package io.felucca.images.commit;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.Layers.Commit;
import io.felucca.images.Layers.Squash;
import io.felucca.images.Layers.Step;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.config.ConfigInstructions;
import io.felucca.images.config.ConfigWriter;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import io.felucca.images.content.Platform;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Makes images of layers that containers wrote to. The differences go straight into a blob while they are
 * hashed; the layer is unpacked when somebody first uses the image. A crash leaves blobs that no image names, which the
 * next start removes.
 */
final class Committer {

    /** 1,024 zero bytes: an archive of nothing, which dockerd makes no layer of. */
    private static final Digest EMPTY_LAYER =
            new Digest("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    private final LayerFiles files;
    private final Blobs blobs;
    private final Catalog catalog;
    private final LayerSizes sizes;
    private final ImageEvents events;
    private final Clock clock;

    Committer(LayerFiles files, Blobs blobs, Catalog catalog, LayerSizes sizes, ImageEvents events, Clock clock) {
        this.files = files;
        this.blobs = blobs;
        this.catalog = catalog;
        this.sizes = sizes;
        this.events = events;
        this.clock = clock;
    }

    Digest commit(Commit commit) {
        Optional<ImageReference> reference =
                commit.reference().isEmpty() ? Optional.empty() : Optional.of(ImageReference.parse(commit.reference()));
        if (reference.isPresent() && !reference.get().digest().isEmpty()) {
            throw FeluccaException.invalid("cannot commit to digest reference");
        }
        Step step = new Step(
                Optional.of(commit.layer()),
                Optional.of(commit.parent()),
                commit.author(),
                commit.createdBy(),
                commit.container(),
                commit.containerConfig(),
                ConfigInstructions.apply(commit.config(), commit.changes()),
                Optional.empty());
        Digest id = make(step, commit.comment(), reference);
        reference.ifPresent(name -> events.tell("tag", id, name.familiar()));
        return id;
    }

    Digest step(Step step) {
        return make(step, "", Optional.empty());
    }

    private Digest make(Step step, String comment, Optional<ImageReference> reference) {
        try (Catalog.Work work = catalog.begin();
                BlobWriter blob = blobs.writer()) {
            List<Descriptor> layers = new ArrayList<>(layersOf(step.parent(), work));
            Optional<Descriptor> layer = step.layer()
                    .flatMap(from -> layer(blob, work.hold(), out -> files.writeChanges(from, step.latest(), out)));
            layer.ifPresent(layers::add);
            byte[] config = config(
                    step,
                    comment,
                    step.latest().orElseGet(clock::instant),
                    layer.map(made -> new Digest(made.digest())));
            IndexEntry entry = store(config, step.parent(), layers, work.hold());
            catalog.add(List.of(reference.map(entry::named).orElse(entry)));
            return entry.imageId();
        }
    }

    /** Layers of an image, which stay as long as the work lasts. */
    private List<Descriptor> layersOf(Optional<Digest> image, Catalog.Work work) {
        Optional<IndexEntry> entry = image.map(this::entry);
        entry.ifPresent(there -> catalog.blobsOf(there.manifest()).forEach(work.hold()::keep));
        return entry.map(there -> catalog.manifest(there.manifest()).layers()).orElse(List.of());
    }

    Optional<Digest> reuse(Step step, Digest other) {
        try (Catalog.Work work = catalog.begin()) {
            List<Descriptor> layers = new ArrayList<>(layersOf(step.parent(), work));
            List<Descriptor> others = layersOf(Optional.of(other), work);
            ConfigDocument parent = ConfigDocument.parse(configOf(step.parent()));
            ConfigDocument made = ConfigDocument.parse(blobs.readSmall(other));
            int lines = parent.history().size();
            if (!Continuation.is(made, parent, step)
                    || others.size() != made.diffIds().size()) {
                return Optional.empty();
            }
            if (made.history().size() == lines + 1 && made.config().equals(step.config())) {
                return Optional.of(other);
            }
            Image.History line = made.history().get(lines);
            Optional<Digest> diffId = Optional.empty();
            if (!line.emptyLayer()) {
                diffId = Optional.of(made.diffIds().get(layers.size()));
                layers.add(others.get(layers.size()));
            }
            Instant created = Optional.ofNullable(line.created()).orElseGet(clock::instant);
            IndexEntry entry = store(config(step, line.comment(), created, diffId), step.parent(), layers, work.hold());
            catalog.add(List.of(entry));
            return Optional.of(entry.imageId());
        }
    }

    Digest squash(Squash squash) {
        try (Catalog.Work work = catalog.begin();
                BlobWriter blob = blobs.writer()) {
            List<Descriptor> layers = new ArrayList<>(layersOf(squash.base(), work));
            layersOf(Optional.of(squash.image()), work);
            Optional<Descriptor> layer = layer(
                    blob,
                    work.hold(),
                    out -> files.writeDifference(
                            squash.driver(), squash.baseChain(), squash.chain(), squash.latest(), out));
            layer.ifPresent(layers::add);
            byte[] config = ConfigWriter.squashed(
                    blobs.readSmall(squash.image()),
                    configOf(squash.base()),
                    layer.map(made -> new Digest(made.digest())),
                    squash.latest().orElseGet(clock::instant),
                    squash.base()
                            .map(base -> "merge " + squash.image() + " to " + base)
                            .orElse("create new from " + squash.image()));
            IndexEntry entry = store(config, squash.base(), layers, work.hold());
            catalog.add(List.of(entry));
            return entry.imageId();
        }
    }

    private IndexEntry entry(Digest image) {
        return catalog.entriesOf(image).stream()
                .findFirst()
                .orElseThrow(() -> FeluccaException.notFound("No such image: " + image));
    }

    /** Empty when nothing was changed. */
    private Optional<Descriptor> layer(BlobWriter blob, Blobs.Hold hold, ToLongFunction<OutputStream> writing) {
        long size = writing.applyAsLong(blob);
        Digest diffId = blob.seal();
        if (diffId.equals(EMPTY_LAYER)) {
            return Optional.empty();
        }
        blobs.add(blob, hold);
        sizes.put(diffId, size);
        return Optional.of(Descriptor.of(MediaTypes.LAYER, diffId, blob.sizeBytes()));
    }

    private byte[] configOf(Optional<Digest> image) {
        return image.map(blobs::readSmall).orElseGet(() -> ConfigWriter.scratch(Platform.ofThisMachine()));
    }

    private byte[] config(Step step, String comment, Instant created, Optional<Digest> diffId) {
        return ConfigWriter.committed(
                configOf(step.parent()),
                step.config(),
                new ConfigWriter.Step(
                        created,
                        step.author(),
                        comment,
                        step.createdBy(),
                        step.container(),
                        step.containerConfig(),
                        diffId));
    }

    private IndexEntry store(byte[] config, Optional<Digest> parent, List<Descriptor> layers, Blobs.Hold hold) {
        Digest id = blobs.add(config, hold);
        byte[] written = ContentJson.write(Manifest.of(Descriptor.of(MediaTypes.CONFIG, id, config.length), layers));
        Digest digest = blobs.add(written, hold);
        blobs.sync();
        return new IndexEntry(
                digest,
                MediaTypes.MANIFEST,
                written.length,
                id,
                Optional.empty(),
                parent.map(Digest::value).orElse(""));
    }
}

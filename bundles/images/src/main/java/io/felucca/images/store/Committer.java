package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.Layers.Commit;
import io.felucca.images.Layers.Layer;
import io.felucca.images.Layers.Step;
import io.felucca.images.config.Changes;
import io.felucca.images.config.ConfigWriter;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Json;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import io.felucca.images.content.Platform;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes images of layers that containers wrote to (S29 to S37). The differences go straight into a blob while they are
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
                Changes.apply(commit.config(), commit.changes()));
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
            Optional<Entry> parent = step.parent().map(this::entry);
            parent.ifPresent(entry -> catalog.blobsOf(entry.manifest()).forEach(work.hold()::keep));
            List<Descriptor> layers = new ArrayList<>(
                    parent.map(entry -> catalog.manifest(entry.manifest()).layers())
                            .orElse(List.of()));
            Optional<Descriptor> layer = step.layer().flatMap(from -> layer(from, blob, work.hold()));
            layer.ifPresent(layers::add);
            Entry entry = store(step, comment, layer.map(made -> new Digest(made.digest())), layers, work.hold());
            catalog.add(List.of(reference.map(entry::named).orElse(entry)));
            return entry.imageId();
        }
    }

    private Entry entry(Digest image) {
        return catalog.entriesOf(image).stream()
                .findFirst()
                .orElseThrow(() -> FeluccaException.notFound("No such image: " + image));
    }

    /** Empty when nothing was changed. */
    private Optional<Descriptor> layer(Layer from, BlobWriter blob, Blobs.Hold hold) {
        long size = files.writeChanges(from, blob);
        Digest diffId = blob.seal();
        if (diffId.equals(EMPTY_LAYER)) {
            return Optional.empty();
        }
        blobs.add(blob, hold);
        sizes.put(diffId, size);
        return Optional.of(Descriptor.of(MediaTypes.LAYER, diffId, blob.sizeBytes()));
    }

    private Entry store(Step step, String comment, Optional<Digest> diffId, List<Descriptor> layers, Blobs.Hold hold) {
        byte[] base =
                step.parent().map(blobs::readSmall).orElseGet(() -> ConfigWriter.scratch(Platform.ofThisMachine()));
        byte[] json = ConfigWriter.committed(
                base,
                step.config(),
                new ConfigWriter.Step(
                        clock.instant(),
                        step.author(),
                        comment,
                        step.createdBy(),
                        step.container(),
                        step.containerConfig(),
                        diffId));
        Digest id = blobs.add(json, hold);
        byte[] written = Json.write(Manifest.of(Descriptor.of(MediaTypes.CONFIG, id, json.length), layers));
        Digest digest = blobs.add(written, hold);
        blobs.sync();
        return new Entry(
                digest,
                MediaTypes.MANIFEST,
                written.length,
                id,
                Optional.empty(),
                step.parent().map(Digest::value).orElse(""));
    }
}

package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import io.felucca.images.ImageReference;
import io.felucca.images.Layers.Commit;
import io.felucca.images.config.Changes;
import io.felucca.images.config.ConfigWriter;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Json;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
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
        ImageConfig config = Changes.apply(commit.config(), commit.changes());
        try (Catalog.Work work = catalog.begin();
                BlobWriter blob = blobs.writer()) {
            Entry parent = catalog.entriesOf(commit.parent()).stream()
                    .findFirst()
                    .orElseThrow(() -> FeluccaException.notFound("No such image: " + commit.parent()));
            catalog.blobsOf(parent.manifest()).forEach(work.hold()::keep);
            long size = files.writeChanges(commit.layer(), blob);
            Entry entry = store(commit, config, parent, blob, size, work.hold());
            catalog.add(List.of(reference.map(entry::named).orElse(entry)));
            reference.ifPresent(name -> events.tell("tag", entry.imageId(), name.familiar()));
            return entry.imageId();
        }
    }

    private Entry store(Commit commit, ImageConfig config, Entry parent, BlobWriter blob, long size, Blobs.Hold hold) {
        Digest diffId = blob.seal();
        boolean empty = diffId.equals(EMPTY_LAYER);
        List<Descriptor> layers =
                new ArrayList<>(catalog.manifest(parent.manifest()).layers());
        if (!empty) {
            blobs.add(blob, hold);
            sizes.put(diffId, size);
            layers.add(Descriptor.of(MediaTypes.LAYER, diffId, blob.sizeBytes()));
        }
        byte[] json = ConfigWriter.committed(
                blobs.readSmall(commit.parent()),
                config,
                new ConfigWriter.Step(
                        clock.instant(),
                        commit.author(),
                        commit.comment(),
                        commit.createdBy(),
                        commit.container(),
                        commit.containerConfig(),
                        empty ? Optional.empty() : Optional.of(diffId)));
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
                commit.parent().value());
    }
}

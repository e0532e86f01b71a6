package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import java.util.ArrayList;
import java.util.List;

/** Docker's archives with a manifest.json (docker 1.10 and later). */
final class DockerArchive {

    private DockerArchive() {}

    static List<LoadedImage> load(MemberSpool spool, LayerBlobs layers, Blobs blobs, Blobs.Hold hold) {
        List<LoadedImage> loaded = new ArrayList<>();
        for (DockerManifestItem item : DockerManifestItem.parse(spool.readSmall(DockerManifestItem.FILE))) {
            byte[] config = spool.readSmall(item.config());
            ConfigDocument document = ConfigDocument.parse(config);
            List<BlobWriter> members = item.layers().stream().map(spool::get).toList();
            loaded.add(store(config, document, members, item, layers, blobs, hold));
        }
        return loaded;
    }

    private static LoadedImage store(
            byte[] config,
            ConfigDocument document,
            List<BlobWriter> members,
            DockerManifestItem item,
            LayerBlobs layers,
            Blobs blobs,
            Blobs.Hold hold) {
        List<LayerBlobs.Checked> checked = check(document, members, layers);
        String parent = Digest.matches(item.parent()) ? item.parent() : "";
        return store(config, checked, blobs, hold, item.references(), parent);
    }

    /** @throws FeluccaException INVALID when they are not the layers that the configuration names */
    static List<LayerBlobs.Checked> check(ConfigDocument document, List<BlobWriter> members, LayerBlobs layers) {
        document.requireLinux();
        if (members.size() != document.diffIds().size()) {
            throw FeluccaException.invalid("invalid manifest, layers length mismatch: expected "
                    + document.diffIds().size() + ", got " + members.size());
        }
        List<LayerBlobs.Checked> checked = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            checked.add(layers.check(members.get(i), document.diffIds().get(i)));
        }
        return checked;
    }

    /** Stores the blobs of an image that has no manifest yet, and makes one. */
    static LoadedImage store(
            byte[] config,
            List<LayerBlobs.Checked> layers,
            Blobs blobs,
            Blobs.Hold hold,
            List<io.felucca.images.ImageReference> references,
            String parent) {
        Digest id = blobs.add(config, hold);
        List<Descriptor> descriptors = new ArrayList<>();
        for (LayerBlobs.Checked layer : layers) {
            blobs.add(layer.content(), hold);
            descriptors.add(layer.descriptor());
        }
        byte[] manifest =
                ContentJson.write(Manifest.of(Descriptor.of(MediaTypes.CONFIG, id, config.length), descriptors));
        Digest digest = blobs.add(manifest, hold);
        return new LoadedImage(digest, MediaTypes.MANIFEST, manifest.length, id, references, parent);
    }
}

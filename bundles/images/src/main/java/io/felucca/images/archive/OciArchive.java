package io.felucca.images.archive;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Index;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import io.felucca.images.content.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OCI image layouts in an archive, those that Docker 25 and later save included: the manifests are kept as they are. Of
 * an index, the image for this machine is taken.
 */
final class OciArchive {

    static final String INDEX = "index.json";
    static final String LAYOUT = "oci-layout";

    private static final String FULL_NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    private static final int MAX_DEPTH = 4;

    private final MemberSpool spool;
    private final LayerBlobs layers;
    private final Blobs blobs;
    private final Blobs.Hold hold;

    OciArchive(MemberSpool spool, LayerBlobs layers, Blobs blobs, Blobs.Hold hold) {
        this.spool = spool;
        this.layers = layers;
        this.blobs = blobs;
        this.hold = hold;
    }

    List<LoadedImage> load() {
        Map<Digest, LoadedImage> loaded = new LinkedHashMap<>();
        Index index = Index.parse(spool.readSmall(INDEX), INDEX);
        for (Descriptor descriptor : index.manifests()) {
            Optional<Descriptor> chosen = choose(descriptor, 0);
            if (chosen.isEmpty()) {
                continue;
            }
            LoadedImage image = loaded.get(chosen.get().contentDigest());
            if (image == null) {
                image = load(chosen.get());
            }
            loaded.put(image.manifest(), withName(image, name(descriptor)));
        }
        if (loaded.isEmpty()) {
            throw FeluccaException.invalid(
                    "invalid archive: index.json has no image for linux/" + Platform.architectureHere());
        }
        return withDockerTags(List.copyOf(loaded.values()));
    }

    private Optional<Descriptor> choose(Descriptor descriptor, int depth) {
        if (depth > MAX_DEPTH) {
            throw FeluccaException.invalid("invalid archive: indexes in indexes, " + depth + " deep");
        }
        if (!descriptor.annotation(REFERENCE_TYPE).isEmpty()) {
            return Optional.empty();
        }
        if (descriptor.platform() != null && !descriptor.platform().runsHere()) {
            return Optional.empty();
        }
        if (MediaTypes.isIndex(descriptor.mediaType())) {
            byte[] json = content(descriptor);
            return Index.parse(json, descriptor.digest()).manifests().stream()
                    .map(inner -> choose(inner, depth + 1))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        if (!MediaTypes.isManifest(descriptor.mediaType())) {
            throw FeluccaException.invalid(
                    "invalid archive: " + descriptor.digest() + " is of the media type " + descriptor.mediaType());
        }
        return Optional.of(descriptor);
    }

    private byte[] content(Descriptor descriptor) {
        return MemberSpool.readSmall(blob(descriptor), descriptor.digest());
    }

    private BlobWriter blob(Descriptor descriptor) {
        BlobWriter member = spool.blob(descriptor.contentDigest());
        if (member.sizeBytes() != descriptor.size()) {
            throw FeluccaException.invalid("invalid archive: blob " + descriptor.digest() + " has " + member.sizeBytes()
                    + " bytes, its descriptor says " + descriptor.size());
        }
        return member;
    }

    private LoadedImage load(Descriptor descriptor) {
        byte[] json = content(descriptor);
        Manifest manifest = Manifest.parse(json, descriptor.digest());
        if (manifest.mediaType() != null && !manifest.mediaType().equals(descriptor.mediaType())) {
            throw FeluccaException.invalid("invalid archive: manifest " + descriptor.digest() + " says it is "
                    + manifest.mediaType() + ", its descriptor " + descriptor.mediaType());
        }
        BlobWriter config = blob(manifest.config());
        ConfigDocument document = ConfigDocument.parse(MemberSpool.readSmall(config, "image configuration"));
        List<BlobWriter> members = manifest.layers().stream().map(this::blob).toList();
        for (LayerBlobs.Checked layer : DockerArchive.check(document, members, layers)) {
            if (!members.contains(layer.content())) {
                throw FeluccaException.invalid(
                        "invalid archive: a layer of " + descriptor.digest() + " is compressed as no OCI layer is");
            }
        }
        members.forEach(member -> blobs.add(member, hold));
        blobs.add(config, hold);
        blobs.add(spool.blob(descriptor.contentDigest()), hold);
        return new LoadedImage(
                descriptor.contentDigest(),
                descriptor.mediaType(),
                descriptor.size(),
                manifest.config().contentDigest(),
                List.of(),
                "");
    }

    /** A ref.name that is only a tag names no repository: then manifest.json may. */
    private static Optional<ImageReference> name(Descriptor descriptor) {
        String full = descriptor.annotation(FULL_NAME);
        if (full.isEmpty()) {
            full = descriptor.annotation(REF_NAME);
            if (full.indexOf(':') < 0 && full.indexOf('/') < 0) {
                return Optional.empty();
            }
        }
        ImageReference name = ImageReference.parse(full);
        return name.tag().isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private static LoadedImage withName(LoadedImage image, Optional<ImageReference> name) {
        if (name.isEmpty() || image.references().contains(name.get())) {
            return image;
        }
        List<ImageReference> names = new ArrayList<>(image.references());
        names.add(name.get());
        return new LoadedImage(
                image.manifest(), image.mediaType(), image.sizeBytes(), image.imageId(), names, image.parent());
    }

    /** Docker writes a manifest.json beside the layout: tags in it count when the index gives an image none. */
    private List<LoadedImage> withDockerTags(List<LoadedImage> images) {
        if (spool.find(DockerManifestItem.FILE).isEmpty()
                || images.stream().noneMatch(image -> image.references().isEmpty())) {
            return images;
        }
        Map<Digest, List<ImageReference>> tags = new LinkedHashMap<>();
        for (DockerManifestItem item : DockerManifestItem.parse(spool.readSmall(DockerManifestItem.FILE))) {
            spool.find(item.config()).ifPresent(config -> tags.put(config.seal(), item.references()));
        }
        return images.stream()
                .map(image -> image.references().isEmpty()
                        ? new LoadedImage(
                                image.manifest(),
                                image.mediaType(),
                                image.sizeBytes(),
                                image.imageId(),
                                tags.getOrDefault(image.imageId(), List.of()),
                                image.parent())
                        : image)
                .toList();
    }

    /** True when the archive is an OCI layout. */
    static boolean is(MemberSpool spool) {
        if (spool.find(INDEX).isEmpty() || spool.find(LAYOUT).isEmpty()) {
            return false;
        }
        JsonNode layout = ContentJson.readObject(spool.readSmall(LAYOUT), LAYOUT);
        if (!layout.path("imageLayoutVersion").asText("").startsWith("1.")) {
            throw FeluccaException.invalid("invalid archive: oci-layout of version "
                    + layout.path("imageLayoutVersion").asText("none"));
        }
        return true;
    }
}

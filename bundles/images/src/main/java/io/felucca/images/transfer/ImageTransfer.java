package io.felucca.images.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageReference;
import io.felucca.images.archive.LayerReceiver;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.ImageLookup;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Descriptor;
import io.felucca.images.content.Index;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import io.felucca.images.content.Platform;
import io.felucca.images.content.PlatformText;
import io.felucca.images.store.ImageStore;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Images on their way from and to registries. Thread-safe. */
@Component
public final class ImageTransfer implements ImageContent {

    private final ImageStore store;
    private final Catalog catalog;
    private final Blobs blobs;
    private final LayerSizes sizes;
    private final ImageLookup lookup;
    private final ImageEvents events;
    private final LayerReceiver receiver;
    private final Clock clock;

    @Activate
    public ImageTransfer(@Reference ImageStore store) {
        this.store = store;
        catalog = store.catalog;
        blobs = store.blobs;
        sizes = store.sizes;
        lookup = store.lookup;
        events = store.events;
        clock = store.clock;
        receiver = new LayerReceiver(blobs);
    }

    @Override
    public void requirePlatform(String platform) {
        wanted(platform);
    }

    private static Platform wanted(String platform) {
        return platform.isEmpty() ? Platform.ofThisMachine() : PlatformText.parse(platform);
    }

    @Override
    public Optional<Blob> choose(Document document, String platform) {
        String type = typeOf(document);
        if (!MediaTypes.isIndex(type)) {
            return Optional.empty();
        }
        Platform wanted = wanted(platform);
        Index index = Index.parse(document.content(), "of the registry");
        return Optional.of(index.manifests().stream()
                .filter(entry -> MediaTypes.isManifest(entry.mediaType()) || MediaTypes.isIndex(entry.mediaType()))
                .filter(entry -> entry.platform() == null || fits(entry.platform(), wanted))
                .findFirst()
                .map(ImageTransfer::blob)
                .orElseThrow(() -> FeluccaException.notFound(
                        "no matching manifest for " + text(wanted) + " in the manifest list entries")));
    }

    private static boolean fits(Platform offered, Platform wanted) {
        return wanted.os().equals(offered.os())
                && wanted.architecture().equals(offered.architecture())
                && (wanted.variant() == null || wanted.variant().equals(offered.variant()));
    }

    private static String text(Platform platform) {
        return platform.os() + "/" + platform.architecture()
                + (platform.variant() == null ? "" : "/" + platform.variant());
    }

    static Blob blob(Descriptor descriptor) {
        return new Blob(descriptor.contentDigest(), descriptor.mediaType(), descriptor.size());
    }

    /** What a document is: as the registry said, else as it says itself. */
    static String typeOf(Document document) {
        String said = document.mediaType();
        if (MediaTypes.isIndex(said) || MediaTypes.isManifest(said)) {
            return said;
        }
        JsonNode json = ContentJson.readObject(document.content(), "manifest of the registry");
        String own = json.path("mediaType").asText("");
        if (MediaTypes.isIndex(own) || MediaTypes.isManifest(own)) {
            return own;
        }
        if (json.path("schemaVersion").asInt(0) == 1 || json.has("fsLayers")) {
            throw FeluccaException.unsupported(
                    "the image is of Docker's manifest schema 1, which is no longer supported:"
                            + " push it again with a current engine");
        }
        if (json.has("manifests")) {
            return MediaTypes.INDEX;
        }
        if (json.has("config")) {
            return MediaTypes.MANIFEST;
        }
        throw FeluccaException.invalid("unsupported manifest media type and no default available: " + said);
    }

    @Override
    public Incoming receive(Document document) {
        String type = typeOf(document);
        Manifest manifest = Manifest.parse(document.content(), "of the registry");
        if (manifest.mediaType() != null && !manifest.mediaType().equals(type)) {
            throw FeluccaException.invalid(
                    "invalid manifest: the registry says " + type + ", the manifest " + manifest.mediaType());
        }
        for (Descriptor layer : manifest.layers()) {
            if (layer.urls() != null && !layer.urls().isEmpty()) {
                throw FeluccaException.unsupported(
                        "layer " + layer.digest() + " is kept elsewhere by its manifest, which is not supported");
            }
        }
        blobs.touch(manifest.config().contentDigest(), clock.instant());
        // It keeps what the image has in common with those that may go now.
        ReceivedImage image = new ReceivedImage(
                document.content(), type, manifest, catalog, blobs, receiver, sizes, events, store.arrivingLayers());
        store.makeRoom();
        return image;
    }

    @Override
    public Outgoing send(ImageReference reference) {
        IndexEntry entry = lookup.find(reference).orElseThrow(() -> {
            namesOf(reference);
            return FeluccaException.notFound("tag does not exist: " + reference.familiar());
        });
        return new SentImage(entry, reference, catalog, blobs, events);
    }

    /** Every tag and digest of a repository. */
    private List<IndexEntry> namesOf(ImageReference repository) {
        List<IndexEntry> found = catalog.entries().stream()
                .filter(entry -> entry.reference()
                        .filter(name -> name.repository().equals(repository.repository()))
                        .isPresent())
                .toList();
        if (found.isEmpty()) {
            throw FeluccaException.notFound(
                    "An image does not exist locally with the tag: " + repository.familiarRepository());
        }
        return found;
    }

    @Override
    public List<ImageReference> tagsOf(ImageReference repository) {
        return namesOf(repository).stream()
                .filter(IndexEntry::isTag)
                .map(entry -> entry.reference().orElseThrow())
                .sorted(Comparator.comparing(ImageReference::tag))
                .toList();
    }

    @Override
    public List<String> repositoriesWith(String domain, Blob blob) {
        return catalog.entries().stream()
                .filter(IndexEntry::isRepoDigest)
                .filter(entry -> entry.reference().orElseThrow().domain().equals(domain))
                .filter(entry -> holds(entry.manifest(), blob.digest()))
                .map(entry -> entry.reference().orElseThrow().path())
                .distinct()
                .toList();
    }

    private boolean holds(Digest manifest, Digest blob) {
        try {
            return catalog.manifest(manifest).layerDigests().contains(blob);
        } catch (FeluccaException e) {
            // A manifest that cannot be read offers nothing to mount.
            return false;
        }
    }
}

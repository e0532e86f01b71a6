package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.images.ImageReference;
import io.felucca.images.Images.Loaded;
import io.felucca.images.Images.Progress;
import io.felucca.images.archive.ArchiveWriter;
import io.felucca.images.archive.ImageArchive;
import io.felucca.images.archive.LoadedImage;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.ImageLookup;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.content.Blobs;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images out of archives and into archives: {@code load} and {@code save}. Thread-safe. */
final class ImageArchives {

    private final Blobs blobs;
    private final Catalog catalog;
    private final LayerSizes sizes;
    private final ImageLookup lookup;
    private final ImageEvents events;

    ImageArchives(Blobs blobs, Catalog catalog, LayerSizes sizes, ImageLookup lookup, ImageEvents events) {
        this.blobs = blobs;
        this.catalog = catalog;
        this.sizes = sizes;
        this.lookup = lookup;
        this.events = events;
    }

    List<Loaded> load(InputStream archive, Progress progress) {
        try (Catalog.Work work = catalog.begin()) {
            List<LoadedImage> found = ImageArchive.load(archive, blobs, work.hold(), (diffId, size) -> {
                sizes.put(diffId, size);
                progress.report(diffId.shortHex(), "Loading layer", size, size);
            });
            blobs.sync();
            List<IndexEntry> entries = new ArrayList<>();
            List<Loaded> loaded = new ArrayList<>();
            for (LoadedImage image : found) {
                IndexEntry entry = new IndexEntry(
                        image.manifest(),
                        image.mediaType(),
                        image.sizeBytes(),
                        image.imageId(),
                        Optional.empty(),
                        image.parent());
                if (image.references().isEmpty()) {
                    entries.add(entry);
                    loaded.add(new Loaded("", image.imageId()));
                }
                for (ImageReference reference : image.references()) {
                    tellIfMoved(reference, image.imageId(), progress);
                    entries.add(entry.named(reference));
                    loaded.add(new Loaded(reference.familiar(), image.imageId()));
                }
            }
            catalog.add(entries);
            loaded.stream().map(Loaded::id).distinct().forEach(id -> events.tell("load", id));
            return List.copyOf(loaded);
        }
    }

    private void tellIfMoved(ImageReference reference, Digest id, Progress progress) {
        catalog.find(reference)
                .map(IndexEntry::imageId)
                .filter(old -> !old.equals(id))
                .ifPresent(old -> progress.report(
                        "",
                        "The image " + reference.familiar() + " already exists, renaming the old one with ID " + old
                                + " to empty string",
                        0,
                        0));
    }

    void save(List<String> wanted, OutputStream out) {
        try (Catalog.Work work = catalog.begin()) {
            Map<Digest, List<IndexEntry>> chosen = new LinkedHashMap<>();
            for (String name : wanted) {
                for (IndexEntry entry : entriesToSave(name)) {
                    List<IndexEntry> lines = chosen.computeIfAbsent(entry.manifest(), key -> new ArrayList<>());
                    lines.removeIf(other -> other.reference().isEmpty());
                    if (lines.isEmpty() || entry.reference().isPresent() && !lines.contains(entry)) {
                        lines.add(entry);
                    }
                }
            }
            List<ArchiveWriter.Saved> saved = new ArrayList<>();
            chosen.forEach((manifest, lines) -> {
                work.keep(manifest);
                saved.add(new ArchiveWriter.Saved(
                        manifest,
                        catalog.manifest(manifest),
                        lines.stream().map(IndexEntry::publicDescriptor).toList(),
                        lines.stream()
                                .map(IndexEntry::reference)
                                .flatMap(Optional::stream)
                                .map(ImageReference::familiar)
                                .toList()));
            });
            ArchiveWriter.write(saved, blobs, out);
            chosen.values().stream()
                    .map(lines -> lines.get(0).imageId())
                    .distinct()
                    .forEach(id -> events.tell("save", id));
        }
    }

    /** A repository without a tag means all its tags; an id is saved without a name, as Docker does. */
    private List<IndexEntry> entriesToSave(String name) {
        Digest id;
        if (!Digest.matches(name) && !name.matches("[0-9a-f]{64}")) {
            ImageReference reference = ImageReference.parse(name);
            boolean nameOnly = reference.digest().isEmpty() && name.lastIndexOf(':') <= name.lastIndexOf('/');
            List<IndexEntry> tagged = nameOnly
                    ? catalog.entries().stream()
                            .filter(IndexEntry::isTag)
                            .filter(entry ->
                                    entry.reference().orElseThrow().repository().equals(reference.repository()))
                            .toList()
                    : lookup.find(reference).stream().toList();
            if (!tagged.isEmpty()) {
                return tagged;
            }
        }
        id = lookup.resolve(name);
        return catalog.entriesOf(id).stream().limit(1).map(IndexEntry::unnamed).toList();
    }
}

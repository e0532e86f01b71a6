package io.felucca.images.remove;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images.Removed;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.ImageLookup;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.unpack.LayerCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Untags and deletes images by dockerd's rules and with its texts (20.10). */
public final class ImageRemoval {

    private final Catalog catalog;
    private final StoredImages images;
    private final ImageLookup lookup;
    private final LayerCollector collector;
    private final List<ImageUsers> users;
    private final ImageEvents events;

    public ImageRemoval(
            Catalog catalog,
            StoredImages images,
            ImageLookup lookup,
            LayerCollector collector,
            List<ImageUsers> users,
            ImageEvents events) {
        this.catalog = catalog;
        this.images = images;
        this.lookup = lookup;
        this.collector = collector;
        this.users = users;
        this.events = events;
    }

    /** Why an image cannot be deleted; a hard reason holds against force too. */
    private record Conflict(String reason, boolean hard, boolean used) {

        FeluccaException of(Digest id) {
            return FeluccaException.conflict("conflict: unable to delete " + id.shortHex() + " ("
                    + (hard ? "cannot be forced" : "must be forced") + ") - " + reason);
        }
    }

    public List<Removed> remove(String name, boolean force, boolean prune) {
        Digest id = lookup.resolve(name);
        List<Removed> records = new ArrayList<>();
        boolean untagged = false;
        if (!ImageLookup.isPrefixOf(name, id)) {
            if (!force && isSingle(references(id))) {
                refuseLastNameInUse(name, id);
            }
            ImageReference reference = lookup.find(ImageReference.parse(name))
                    .flatMap(IndexEntry::reference)
                    .orElseThrow(() -> FeluccaException.notFound("No such image: " + name));
            untag(id, reference, records);
            untagDigestsWithoutTag(reference, id, records);
            if (!references(id).isEmpty()) {
                return records;
            }
            untagged = true;
        } else if (isSingle(references(id))) {
            Optional<Conflict> conflict = conflict(id, !force, false);
            if (conflict.isPresent()) {
                throw conflict.get().of(id);
            }
            references(id).forEach(reference -> untag(id, reference, records));
        }
        delete(id, records, force, prune, untagged);
        collector.sweep();
        return records;
    }

    private void refuseLastNameInUse(String name, Digest id) {
        List<ImageUsers.Use> uses = uses(id);
        if (!uses.isEmpty()) {
            throw FeluccaException.conflict("conflict: unable to remove repository reference \"" + name
                    + "\" (must force) - container " + shortId(uses.get(0).containerId())
                    + " is using its referenced image " + id.shortHex());
        }
    }

    /** With a repository's last tag go its digests. */
    private void untagDigestsWithoutTag(ImageReference removed, Digest id, List<Removed> records) {
        List<ImageReference> same = references(id).stream()
                .filter(reference -> reference.repository().equals(removed.repository()))
                .toList();
        if (!removed.tag().isEmpty()
                && same.stream().allMatch(reference -> reference.tag().isEmpty())) {
            same.forEach(reference -> untag(id, reference, records));
        }
    }

    private List<ImageReference> references(Digest id) {
        return catalog.entriesOf(id).stream()
                .map(IndexEntry::reference)
                .flatMap(Optional::stream)
                .toList();
    }

    /** True when there is one name at most, not counting digests of its repository. */
    private static boolean isSingle(List<ImageReference> references) {
        if (references.size() <= 1) {
            return true;
        }
        List<ImageReference> tags =
                references.stream().filter(name -> !name.tag().isEmpty()).toList();
        Set<String> repositories = new HashSet<>();
        references.forEach(name -> repositories.add(name.repository()));
        return tags.size() <= 1 && repositories.size() == 1;
    }

    private void untag(Digest id, ImageReference reference, List<Removed> records) {
        catalog.untag(reference);
        events.tell("untag", id);
        records.add(new Removed(reference.familiar(), ""));
    }

    /** @param quiet a conflict only keeps the image, unless it has nothing to be found by and nobody uses it */
    private void delete(Digest id, List<Removed> records, boolean force, boolean prune, boolean quiet) {
        Optional<Conflict> conflict = conflict(id, !force, true);
        if (conflict.isPresent()) {
            boolean dangling = !images.hasName(id) && !images.hasChildren(id);
            if (quiet && (!dangling || conflict.get().used())) {
                return;
            }
            throw conflict.get().of(id);
        }
        String parent = images.parent(id);
        for (ImageReference reference : references(id)) {
            records.add(new Removed(reference.familiar(), ""));
            events.tell("untag", id);
        }
        Optional<ConfigDocument> document = images.findDocument(id);
        catalog.update(before ->
                before.stream().filter(entry -> !entry.imageId().equals(id)).toList());
        records.add(new Removed("", id.value()));
        events.tellDeleted(id);
        List<Digest> chains =
                new ArrayList<>(document.map(ConfigDocument::chainIds).orElse(List.of()));
        Collections.reverse(chains);
        Set<Digest> gone = collector.removeUnused(chains);
        chains.stream().filter(gone::contains).forEach(chain -> records.add(new Removed("", chain.value())));
        images.forget(id, document.map(ConfigDocument::diffIds).orElse(List.of()));
        if (prune && !parent.isEmpty()) {
            delete(new Digest(parent), records, false, true, true);
        }
    }

    private Optional<Conflict> conflict(Digest id, boolean soft, boolean withNames) {
        if (images.hasChildren(id)) {
            return Optional.of(new Conflict("image has dependent child images", true, false));
        }
        List<ImageUsers.Use> uses = uses(id);
        Optional<ImageUsers.Use> running =
                uses.stream().filter(ImageUsers.Use::running).findFirst();
        if (running.isPresent()) {
            return Optional.of(new Conflict(
                    "image is being used by running container "
                            + shortId(running.get().containerId()),
                    true,
                    true));
        }
        if (soft && withNames && images.hasName(id)) {
            return Optional.of(new Conflict("image is referenced in multiple repositories", false, false));
        }
        if (soft && !uses.isEmpty()) {
            return Optional.of(new Conflict(
                    "image is being used by stopped container "
                            + shortId(uses.get(0).containerId()),
                    false,
                    true));
        }
        return Optional.empty();
    }

    /** Containers that have the image, whatever their state. */
    List<ImageUsers.Use> uses(Digest id) {
        return users.stream().flatMap(user -> user.usesOf(id).stream()).toList();
    }

    private static String shortId(String containerId) {
        return containerId.length() > 12 ? containerId.substring(0, 12) : containerId;
    }
}

package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.events.Events;
import io.felucca.images.ImageReference;
import java.util.HashMap;
import java.util.Map;

/** Tells of what happens to images, with Docker's actions and attributes: the image's labels and its name. */
public final class ImageEvents {

    private static final String TYPE = "image";

    private final Events events;
    private final StoredImages images;

    public ImageEvents(Events events, StoredImages images) {
        this.events = events;
        this.images = images;
    }

    /** Of an image as a whole: its name is its id. */
    public void tell(String action, Digest id) {
        tell(action, id, id.value());
    }

    public void tell(String action, Digest id, String name) {
        Map<String, String> attributes = new HashMap<>();
        images.findDocument(id)
                .ifPresent(document -> attributes.putAll(document.config().labels()));
        attributes.put("name", name);
        events.tell(TYPE, action, id.value(), attributes);
    }

    /** Of a transfer from or to a registry, which dockerd tells under the name that was asked for. */
    public void tellTransfer(String action, Digest id, ImageReference reference) {
        Map<String, String> attributes = new HashMap<>();
        images.findDocument(id)
                .ifPresent(document -> attributes.putAll(document.config().labels()));
        attributes.put("name", reference.familiarRepository());
        events.tell(TYPE, action, reference.familiar(), attributes);
    }

    /** Of one that is gone, and its labels with it. */
    public void tellDeleted(Digest id) {
        events.tell(TYPE, "delete", id.value(), Map.of("name", id.value()));
    }

    public void tellPruned(long reclaimedBytes) {
        events.tell(TYPE, "prune", "", Map.of("reclaimed", Long.toString(reclaimedBytes)));
    }
}

package io.felucca.containers.life;

import io.felucca.Digest;
import io.felucca.images.ImageUsers;
import java.util.ArrayList;
import java.util.List;

/** Which containers have an image, those that are just being made too. */
final class ImageUses implements ImageUsers {

    private final Core core;
    private final Creation creation;

    ImageUses(Core core, Creation creation) {
        this.core = core;
        this.creation = creation;
    }

    @Override
    public List<Use> usesOf(Digest image) {
        List<Use> uses = new ArrayList<>(creation.usesUnderWay(image));
        for (Entry entry : core.entries().all()) {
            if (entry.record().image().equals(image)) {
                uses.add(new Use(entry.id, entry.record().name(), entry.life().active()));
            }
        }
        return uses;
    }
}

package io.felucca.containers.life;

import io.felucca.volumes.VolumeUsers;
import java.util.ArrayList;
import java.util.List;

/** Which containers have a volume: a container that is being removed has none any more. */
final class VolumeUses implements VolumeUsers {

    private final Core core;
    private final Creation creation;

    VolumeUses(Core core, Creation creation) {
        this.core = core;
        this.creation = creation;
    }

    @Override
    public List<Use> usesOf(String volume) {
        List<Use> uses = new ArrayList<>(creation.usesUnderWay(volume));
        for (Entry entry : core.entries().all()) {
            boolean going = entry.removing.get() && !entry.life().running();
            if (!going
                    && entry.record().mounts().stream()
                            .anyMatch(mount -> mount.name().equals(volume))) {
                uses.add(new Use(entry.id, entry.life().running()));
            }
        }
        return uses;
    }
}

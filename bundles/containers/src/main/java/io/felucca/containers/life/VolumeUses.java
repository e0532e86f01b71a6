package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.volumes.VolumeUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which containers have a volume: a container that is being removed has none any more. */
final class VolumeUses implements VolumeUsers {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeUses.class);

    private final Core core;
    private final Creation creation;
    private final Consumer<String> pause;
    private final Consumer<String> unpause;

    VolumeUses(Core core, Creation creation, Consumer<String> pause, Consumer<String> unpause) {
        this.core = core;
        this.creation = creation;
        this.pause = pause;
        this.unpause = unpause;
    }

    @Override
    public List<Use> usesOf(String volume) {
        List<Use> uses = new ArrayList<>(creation.usesUnderWay(volume));
        for (Entry entry : core.entries().all()) {
            boolean going = entry.removing.get() && !entry.life().running();
            if (!going
                    && entry.record().mounts().stream()
                            .anyMatch(mount -> mount.name().equals(volume))) {
                // In this order: a start ends when the life says that it runs.
                uses.add(new Use(entry.id, entry.isStarting() || entry.life().running()));
            }
        }
        return uses;
    }

    @Override
    public Hold hold(String volume) {
        List<String> paused = new ArrayList<>();
        Hold hold = () -> {
            paused.forEach(this::goOn);
            paused.clear();
        };
        for (Entry entry : core.entries().all()) {
            // For one that is being started pause waits until that is done.
            boolean writes = (entry.isStarting() || entry.life().status() == Status.RUNNING)
                    && entry.record().mounts().stream()
                            .anyMatch(mount -> mount.readWrite() && mount.name().equals(volume));
            if (writes) {
                try {
                    pause.accept(entry.id);
                    paused.add(entry.id);
                } catch (FeluccaException e) {
                    // It has just ended, or somebody else has paused it: then nothing of it writes either.
                    if (e.kind() != FeluccaException.Kind.CONFLICT) {
                        hold.close();
                        throw e;
                    }
                }
            }
        }
        return hold;
    }

    private void goOn(String id) {
        try {
            unpause.accept(id);
        } catch (FeluccaException e) {
            boolean stays = core.entries()
                    .ofId(id)
                    .filter(entry -> entry.life().status() == Status.PAUSED)
                    .isPresent();
            if (stays) {
                LOG.warn("container {} stays paused after its volume was copied: {}", id, e.getMessage());
            }
        }
    }
}

package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.state.Entry;
import io.felucca.volumes.VolumeUsers;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which containers have a volume: a container that is being removed has none any more. */
@Component(service = VolumeUsers.class)
public final class VolumeUses implements VolumeUsers {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeUses.class);

    private final LateCore containers;

    @Activate
    public VolumeUses(BundleContext context, @Reference ServiceReference<ContainerCore> containers) {
        this.containers = new LateCore(context, containers);
    }

    @Override
    public List<Use> usesOf(String volume) {
        ContainerCore core = containers.get();
        List<Use> uses = new ArrayList<>(core.parts().creation.usesUnderWay(volume));
        for (Entry entry : core.parts().entries.all()) {
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
        ContainerCore core = containers.get();
        List<String> paused = new ArrayList<>();
        Hold hold = () -> {
            paused.forEach(id -> goOn(core, id));
            paused.clear();
        };
        for (Entry entry : core.parts().entries.all()) {
            // For one that is being started pause waits until that is done.
            boolean writes = (entry.isStarting() || entry.life().status() == Status.RUNNING)
                    && entry.record().mounts().stream()
                            .anyMatch(mount -> mount.readWrite() && mount.name().equals(volume));
            if (writes) {
                try {
                    core.pause(entry.id);
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

    private static void goOn(ContainerCore core, String id) {
        try {
            core.unpause(id);
        } catch (FeluccaException e) {
            boolean stays = core.parts()
                    .entries
                    .ofId(id)
                    .filter(entry -> entry.life().status() == Status.PAUSED)
                    .isPresent();
            if (stays) {
                LOG.warn("container {} stays paused after its volume was copied: {}", id, e.getMessage());
            }
        }
    }
}

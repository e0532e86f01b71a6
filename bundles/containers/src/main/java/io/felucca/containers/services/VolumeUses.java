package io.felucca.containers.services;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.state.ManagedContainer;
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
        List<Use> uses = new ArrayList<>(core.parts().createOperation.usesUnderWay(volume));
        for (ManagedContainer container : core.parts().registry.all()) {
            boolean going = container.removing.get() && !container.state().running();
            if (!going
                    && container.record().mounts().stream()
                            .anyMatch(mount -> mount.name().equals(volume))) {
                // In this order: a start ends when the life says that it runs.
                uses.add(new Use(
                        container.id,
                        container.isStarting() || container.state().running()));
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
        for (ManagedContainer container : core.parts().registry.all()) {
            // For one that is being started pause waits until that is done.
            boolean writes = (container.isStarting() || container.state().status() == Status.RUNNING)
                    && container.record().mounts().stream()
                            .anyMatch(mount -> mount.readWrite() && mount.name().equals(volume));
            if (writes) {
                try {
                    core.pause(container.id);
                    paused.add(container.id);
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
                    .registry
                    .ofId(id)
                    .filter(container -> container.state().status() == Status.PAUSED)
                    .isPresent();
            if (stays) {
                LOG.warn("container {} stays paused after its volume was copied: {}", id, e.getMessage());
            }
        }
    }
}

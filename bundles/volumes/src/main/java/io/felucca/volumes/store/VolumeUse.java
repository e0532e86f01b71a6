package io.felucca.volumes.store;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.volumes.VolumeMounts.ImageFolder;
import io.felucca.volumes.VolumeUsers.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Volumes in use, as {@link io.felucca.volumes.VolumeMounts} says: mounted for containers and for copies, and filled. */
final class VolumeUse {

    private final VolumeRegistry registry;
    private final CountedMounts mounts;
    private final Function<String, List<Use>> uses;

    /** @param uses by containers, of a volume */
    VolumeUse(VolumeRegistry registry, CountedMounts mounts, Function<String, List<Use>> uses) {
        this.registry = registry;
        this.mounts = mounts;
        this.uses = uses;
    }

    Path mount(String name, String user) {
        return registry.inTurn(name, () -> mounts.mount(registry.require(name), user));
    }

    void adopt(String name, String user) {
        change(name, record -> mounts.adopt(record, user));
    }

    boolean unmount(String name, String user) {
        return registry.inTurn(
                name,
                () -> registry.find(name)
                        .filter(record -> mounts.unmount(record, user))
                        .isPresent());
    }

    private void change(String name, Consumer<VolumeRecord> work) {
        registry.inTurn(name, () -> registry.find(name).ifPresent(work));
    }

    void fill(String name, ImageFolder image, IdMap idMap) {
        registry.inTurn(name, () -> registry.fill(registry.require(name), new VolumePopulation.From(image, idMap)));
    }

    void unmountUnused() {
        for (VolumeRecord record : registry.all()) {
            change(record.name(), mounts::endUnlessUsed);
        }
    }

    /** @throws FeluccaException CONFLICT while a running container has it, or it is copied, archived or imported into */
    void restore(String name, String snapshot) {
        registry.inTurn(name, () -> {
            VolumeRecord record = registry.require(name);
            requireStill(name);
            registry.restore(record, snapshot);
        });
    }

    /** What containers do is asked of them: one that has ended may be mounted a moment longer. */
    private void requireStill(String name) {
        List<Use> containers = uses.apply(name);
        List<String> running =
                containers.stream().filter(Use::running).map(Use::containerId).toList();
        if (!running.isEmpty()) {
            throw FeluccaException.conflict("restore " + name + ": volume is in use by running containers - ["
                    + String.join(", ", running) + "]: stop them first");
        }
        List<String> others = new ArrayList<>(mounts.users(name));
        others.removeAll(containers.stream().map(Use::containerId).toList());
        if (!others.isEmpty()) {
            throw FeluccaException.conflict("restore " + name + ": volume is in use - [" + String.join(", ", others)
                    + "]: try again when that has ended");
        }
    }
}

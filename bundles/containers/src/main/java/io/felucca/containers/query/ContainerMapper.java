package io.felucca.containers.query;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountPoint;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.network.NetworkMapper;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.Images;
import io.felucca.volumes.Volume;
import io.felucca.volumes.Volumes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers as callers see them: from records alone, so that no driver is asked. */
public final class ContainerMapper {

    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Images images;
    private final Volumes volumes;
    private final HostFacts facts;
    private final ContainerNetworks networks;

    public ContainerMapper(
            ContainerFiles files,
            ContainerRegistry registry,
            Images images,
            Volumes volumes,
            HostFacts facts,
            ContainerNetworks networks) {
        this.files = files;
        this.registry = registry;
        this.images = images;
        this.volumes = volumes;
        this.facts = facts;
        this.networks = networks;
    }

    /** The newest first; without {@code all} those that are active, or what the filters ask for. */
    public List<Container> list(boolean all, Map<String, List<String>> filters) {
        NetworkMapper.Common common = networks.views().common();
        ContainerFilters asked = new ContainerFilters(
                filters, registry, images, container -> networks.views().settings(container, common));
        var matches = asked.forList();
        return registry.all().stream()
                .filter(container ->
                        all || asked.wantsEnded() || container.state().active())
                .filter(matches)
                .sorted(Comparator.comparing((ManagedContainer container) ->
                                container.record().created())
                        .reversed())
                .map(container -> of(container, List.of(), Map.of(), common))
                .toList();
    }

    private MountPoint point(ContainerMount mount) {
        Optional<Volume> volume = mount.isVolume() ? volume(mount.name()) : Optional.empty();
        return new MountPoint(
                mount.type(),
                mount.name(),
                volume.map(found -> found.mountpoint().toString()).orElse(mount.source()),
                mount.destination(),
                volume.map(Volume::driver).orElse(""),
                mount.mode(),
                mount.readWrite(),
                mount.propagation());
    }

    /** Empty for one whose record is lost: its container is shown all the same. */
    private Optional<Volume> volume(String name) {
        try {
            return Optional.of(volumes.get(name));
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** @param layer what the storage driver tells of it, empty unless it was asked */
    public Container of(ManagedContainer container, List<String> execIds, Map<String, String> layer) {
        return of(container, execIds, layer, networks.views().common());
    }

    private Container of(
            ManagedContainer container, List<String> execIds, Map<String, String> layer, NetworkMapper.Common common) {
        ContainerRecord record = container.record();
        ContainerState state = container.state();
        String id = container.id;
        // Docker's too: one that shares another's network has its files.
        String network = record.networkOf().orElse(id);
        HostConfig host = record.host();
        return new Container(
                id,
                record.created(),
                record.name(),
                record.path(),
                record.args(),
                new Container.State(
                        container.status(),
                        state.oomKilled(),
                        state.running()
                                ? state.processId()
                                        .map(process -> process.pid())
                                        .orElse(0)
                                : 0,
                        state.exitCode(),
                        state.error(),
                        state.startedAt(),
                        state.finishedAt(),
                        container.health() == null ? null : container.health().view()),
                record.image(),
                files.resolvConf(network).toString(),
                files.hostname(network).toString(),
                files.hosts(network).toString(),
                record.log().readable() && !record.log().hidden()
                        ? files.log(id).toString()
                        : "",
                state.restartCount(),
                record.storageDriver(),
                layer,
                record.platform(),
                AppArmor.shown(host, facts, state.startedAt() != null),
                execIds,
                record.config(),
                host.links().isEmpty()
                        ? host
                        : host.withNetwork(
                                host.networkMode(),
                                host.portBindings(),
                                networks.links().shown(record)),
                record.mounts().stream().map(this::point).toList(),
                networks.views().settings(container, common));
    }
}

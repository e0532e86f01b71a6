package io.felucca.containers.query;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountPoint;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.network.NetworkViews;
import io.felucca.containers.network.Networking;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.images.Images;
import io.felucca.volumes.Volume;
import io.felucca.volumes.Volumes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers as callers see them: from records alone, so that no driver is asked. */
public final class Views {

    private final ContainerFiles files;
    private final Entries entries;
    private final Images images;
    private final Volumes volumes;
    private final HostFacts facts;
    private final Networking networking;

    public Views(
            ContainerFiles files,
            Entries entries,
            Images images,
            Volumes volumes,
            HostFacts facts,
            Networking networking) {
        this.files = files;
        this.entries = entries;
        this.images = images;
        this.volumes = volumes;
        this.facts = facts;
        this.networking = networking;
    }

    /** The newest first; without {@code all} those that are active, or what the filters ask for. */
    public List<Container> list(boolean all, Map<String, List<String>> filters) {
        NetworkViews.Common common = networking.views().common();
        Filters asked = new Filters(
                filters, entries, images, entry -> networking.views().settings(entry, common));
        var matches = asked.forList();
        return entries.all().stream()
                .filter(entry -> all || asked.wantsEnded() || entry.life().active())
                .filter(matches)
                .sorted(Comparator.comparing((Entry entry) -> entry.record().created())
                        .reversed())
                .map(entry -> of(entry, List.of(), Map.of(), common))
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
    public Container of(Entry entry, List<String> execIds, Map<String, String> layer) {
        return of(entry, execIds, layer, networking.views().common());
    }

    private Container of(Entry entry, List<String> execIds, Map<String, String> layer, NetworkViews.Common common) {
        ContainerRecord record = entry.record();
        Life life = entry.life();
        String id = entry.id;
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
                        entry.status(),
                        life.oomKilled(),
                        life.running()
                                ? life.processId().map(process -> process.pid()).orElse(0)
                                : 0,
                        life.exitCode(),
                        life.error(),
                        life.startedAt(),
                        life.finishedAt(),
                        entry.health() == null ? null : entry.health().view()),
                record.image(),
                files.resolvConf(network).toString(),
                files.hostname(network).toString(),
                files.hosts(network).toString(),
                record.log().readable() && !record.log().hidden()
                        ? files.log(id).toString()
                        : "",
                life.restartCount(),
                record.storageDriver(),
                layer,
                record.platform(),
                AppArmor.shown(host, facts, life.startedAt() != null),
                execIds,
                record.config(),
                host.links().isEmpty()
                        ? host
                        : host.withNetwork(
                                host.networkMode(),
                                host.portBindings(),
                                networking.links().shown(record)),
                record.mounts().stream().map(this::point).toList(),
                networking.views().settings(entry, common));
    }
}

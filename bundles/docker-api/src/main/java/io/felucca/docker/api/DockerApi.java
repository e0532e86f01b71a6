package io.felucca.docker.api;

import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.docker.api.http.ApiServer;
import io.felucca.docker.api.http.Route;
import io.felucca.docker.api.http.Router;
import io.felucca.docker.api.listen.HostAddress;
import io.felucca.docker.api.routes.BuildRoutes;
import io.felucca.docker.api.routes.ContainerFileRoutes;
import io.felucca.docker.api.routes.ContainerLifeRoutes;
import io.felucca.docker.api.routes.ContainerRoutes;
import io.felucca.docker.api.routes.ContainerUseRoutes;
import io.felucca.docker.api.routes.EventRoutes;
import io.felucca.docker.api.routes.ExecRoutes;
import io.felucca.docker.api.routes.ImageArchiveRoutes;
import io.felucca.docker.api.routes.ImageRoutes;
import io.felucca.docker.api.routes.NetworkRoutes;
import io.felucca.docker.api.routes.RegistryRoutes;
import io.felucca.docker.api.routes.StreamRoutes;
import io.felucca.docker.api.routes.SwarmRoutes;
import io.felucca.docker.api.routes.SystemRoutes;
import io.felucca.docker.api.routes.UpgradeRoutes;
import io.felucca.docker.api.routes.VolumeRoutes;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.EngineVersion;
import io.felucca.engine.UpgradeHandler;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.linux.Sockets;
import io.felucca.networks.Networks;
import io.felucca.registry.Registry;
import io.felucca.storage.Storage;
import io.felucca.volumes.Volumes;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Listens on the configured sockets as long as the engine has its root. It is a service, so that whoever starts an
 * engine can wait, by its name, until the sockets are there.
 */
@Component(
        immediate = true,
        service = DockerApi.class,
        configurationPid = DockerApiConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DockerApiConfig.class)
public final class DockerApi {

    private final Map<String, UpgradeHandler> upgradeHandlers = new ConcurrentHashMap<>();
    private final List<ApiServer> servers = new ArrayList<>();
    private final Router router;
    private final ApiServer.Limits limits;
    private final Listeners listeners;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ContainerArchives archives;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Networks networks;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Volumes volumes;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Images images;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Registry registry;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Storage storage;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Events events;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Containers containers;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Drivers drivers;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Builder builder;

    @Activate
    public DockerApi(
            @Reference EngineRoot root,
            @Reference EngineVersion version,
            @Reference Sockets sockets,
            DockerApiConfig config) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SystemRoutes(version, () -> sources(root, version), Clock.systemUTC()).routes());
        routes.addAll(new BuildRoutes(() -> there(builder, "builds")).routes());
        routes.addAll(new SwarmRoutes().routes());
        routes.addAll(new UpgradeRoutes(upgradeHandlers).routes());
        routes.addAll(new EventRoutes(() -> there(events, "events")).routes());
        RegistryRoutes registries = new RegistryRoutes(() -> there(registry, "registry client"));
        routes.addAll(new ImageArchiveRoutes(() -> there(images, "images"), registries).routes());
        routes.addAll(registries.routes());
        routes.addAll(new ImageRoutes(() -> there(images, "images"), () -> there(storage, "storage")).routes());
        Supplier<Containers> lives = () -> there(containers, "containers");
        routes.addAll(new ContainerRoutes(lives, () -> there(images, "images"), Clock.systemUTC()).routes());
        routes.addAll(new ContainerLifeRoutes(lives).routes());
        routes.addAll(new StreamRoutes(lives).routes());
        routes.addAll(new ExecRoutes(lives).routes());
        routes.addAll(new ContainerUseRoutes(lives).routes());
        routes.addAll(new ContainerFileRoutes(() -> there(archives, "containers")).routes());
        routes.addAll(
                new NetworkRoutes(() -> there(networks, "networks"), () -> there(containers, "containers")).routes());
        routes.addAll(new VolumeRoutes(() -> there(volumes, "volumes")).routes());
        router = new Router(routes, DockerJson.mapper(), version.version().version());
        limits = new ApiServer.Limits(
                config.maxConnections(),
                config.headerTimeoutMillis(),
                config.idleTimeoutMillis(),
                config.drainTimeoutMillis());
        listeners = new Listeners(config, channel -> peer(sockets, channel));
    }

    /** Not the constructor's work: what it opens is never closed if a service goes before the component is active. */
    @Activate
    void listen() {
        try {
            for (HostAddress host : listeners.addresses()) {
                servers.add(ApiServer.start(listeners.listen(host), router, limits));
            }
        } catch (FeluccaException e) {
            close();
            throw e;
        }
    }

    private InfoJson.Sources sources(EngineRoot root, EngineVersion version) {
        return new InfoJson.Sources(
                root,
                version,
                there(drivers, "drivers"),
                there(storage, "storage"),
                there(images, "images"),
                there(containers, "containers"),
                there(networks, "networks"),
                there(volumes, "volumes"),
                there(events, "events"),
                there(registry, "registry client"));
    }

    private static <T> T there(T service, String what) {
        if (service == null) {
            throw FeluccaException.unavailable(
                    "the engine's " + what + " are away: start their bundle, then try again");
        }
        return service;
    }

    private static UpgradeHandler.Peer peer(Sockets sockets, SocketChannel channel) {
        Sockets.PeerCredentials peer = sockets.peer(channel);
        return new UpgradeHandler.Peer(peer.uid(), peer.gid());
    }

    @Reference(
            service = UpgradeHandler.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addUpgradeHandler(UpgradeHandler handler, Map<String, Object> properties) {
        upgradeHandlers.put(String.valueOf(properties.get(UpgradeHandler.NAME)), handler);
    }

    void removeUpgradeHandler(UpgradeHandler handler, Map<String, Object> properties) {
        upgradeHandlers.remove(String.valueOf(properties.get(UpgradeHandler.NAME)), handler);
    }

    @Deactivate
    void close() {
        servers.forEach(ApiServer::close);
        servers.clear();
    }
}

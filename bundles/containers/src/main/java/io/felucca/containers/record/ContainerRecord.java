package io.felucca.containers.record;

import io.felucca.Digest;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.networks.EndpointSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a container is: {@code config.json}. It changes when the container is renamed, updated, connected or its ports are
 * published anew.
 *
 * @param config with the image's values merged in
 * @param chainId of the image's top layer in the storage driver, or empty
 * @param network {@code bridge}, {@code none}, {@code host}, {@code container:<id>}, or a user's network as it was named
 * @param endpoints what it is to have in which network, by the network's name
 * @param runtime the runtime driver that runs it
 * @param mounts what is mounted at each start, a folder before what lies in it
 */
public record ContainerRecord(
        String id,
        String name,
        Instant created,
        Digest image,
        String platform,
        ContainerConfig config,
        HostConfig host,
        String storageDriver,
        String chainId,
        IdMap idMap,
        String runtime,
        String network,
        LogSettings log,
        List<ContainerMount> mounts,
        Map<String, EndpointSpec> endpoints) {

    private static final String OTHER = "container:";

    public ContainerRecord {
        mounts = mounts == null ? List.of() : List.copyOf(mounts);
        endpoints = endpoints == null ? Map.of() : endpoints;
    }

    /** Whether all is there that every container has; of a damaged file it may not be. */
    boolean isWhole() {
        return Stream.of(id, name, created, image, config, host, storageDriver, idMap, runtime, network, log)
                .noneMatch(Objects::isNull);
    }

    /** The container whose network it shares. */
    public Optional<String> networkOf() {
        return network.startsWith(OTHER) ? Optional.of(network.substring(OTHER.length())) : Optional.empty();
    }

    public ContainerRecord withName(String newName) {
        return with(newName, host, endpoints);
    }

    public ContainerRecord withHost(HostConfig changed) {
        return with(name, changed, endpoints);
    }

    public ContainerRecord withEndpoints(Map<String, EndpointSpec> changed) {
        return with(name, host, changed);
    }

    /** The same with its layer in another driver. */
    public ContainerRecord withStorage(String driver) {
        return new ContainerRecord(
                id, name, created, image, platform, config, host, driver, chainId, idMap, runtime, network, log, mounts,
                endpoints);
    }

    /** One that is in no network of its mode any more. */
    public ContainerRecord withoutNetwork() {
        return new ContainerRecord(
                id,
                name,
                created,
                image,
                platform,
                config,
                host,
                storageDriver,
                chainId,
                idMap,
                runtime,
                "",
                log,
                mounts,
                endpoints);
    }

    private ContainerRecord with(String newName, HostConfig newHost, Map<String, EndpointSpec> newEndpoints) {
        return new ContainerRecord(
                id,
                newName,
                created,
                image,
                platform,
                config,
                newHost,
                storageDriver,
                chainId,
                idMap,
                runtime,
                network,
                log,
                mounts,
                newEndpoints);
    }

    /** The program, as inspect's Path: the first word of entrypoint and command. */
    public String path() {
        List<String> words = words();
        return words.isEmpty() ? "" : words.get(0);
    }

    public List<String> args() {
        List<String> words = words();
        return words.isEmpty() ? List.of() : words.subList(1, words.size());
    }

    private List<String> words() {
        List<String> words = new java.util.ArrayList<>();
        if (config.entrypoint() != null) {
            words.addAll(config.entrypoint());
        }
        if (config.cmd() != null) {
            words.addAll(config.cmd());
        }
        return List.copyOf(words);
    }
}

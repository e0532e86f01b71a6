package io.felucca.containers.record;

import io.felucca.Digest;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import java.time.Instant;
import java.util.List;

/**
 * What a container is: {@code config.json}. It changes only when the container is renamed or updated.
 *
 * @param config with the image's values merged in
 * @param chainId of the image's top layer in the storage driver, or empty
 * @param network the network driver that serves it
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
        List<ContainerMount> mounts) {

    public ContainerRecord {
        mounts = mounts == null ? List.of() : List.copyOf(mounts);
    }

    public ContainerRecord withName(String newName) {
        return new ContainerRecord(
                id,
                newName,
                created,
                image,
                platform,
                config,
                host,
                storageDriver,
                chainId,
                idMap,
                runtime,
                network,
                log,
                mounts);
    }

    public ContainerRecord withHost(HostConfig newHost) {
        return new ContainerRecord(
                id,
                name,
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
                mounts);
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

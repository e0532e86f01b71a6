package io.felucca.containers.spec;

import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container's spec is made of.
 *
 * @param config with the image's values merged in: entrypoint, command, environment, working directory, user
 * @param rootfs where its root is mounted
 * @param resolvConf mounted on /etc/resolv.conf; so {@code hostname} and {@code hosts}
 * @param cgroupsPath the container's own cgroup, as {@code /felucca-3f…/<id>}
 * @param mounts volumes and the like, a folder before what lies in it
 * @param rootPropagation of the whole tree, as {@code rslave}; empty for the runtime's own
 * @param namespaces files of namespaces to join instead of new ones, by OCI type: {@code pid} for {@code --pid container:}
 */
public record SpecRequest(
        String containerId,
        ContainerConfig config,
        HostConfig host,
        ResolvedUser user,
        Path rootfs,
        Optional<Path> resolvConf,
        Optional<Path> hostname,
        Optional<Path> hosts,
        String cgroupsPath,
        IdMap idMap,
        NamespaceMode network,
        Map<String, Path> namespaces,
        List<UserMount> mounts,
        String rootPropagation) {

    public SpecRequest {
        namespaces = Map.copyOf(namespaces);
        mounts = List.copyOf(mounts);
    }
}

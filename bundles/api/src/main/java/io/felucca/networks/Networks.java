package io.felucca.networks;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The networks of this engine: {@code bridge}, {@code host} and {@code none}, which are always there, and those that users
 * make. A name is a network's name, its id or a prefix of its id that is unique. Containers are connected by {@link
 * io.felucca.containers.Containers}. Everything that has been returned is on disk. Thread-safe. Errors everywhere:
 * NOT_FOUND with Docker's "network … not found", UNAVAILABLE while the network's driver is away.
 */
@ProviderType
public interface Networks {

    /**
     * Makes a network and what it needs on the host. Nothing is left behind when it fails.
     *
     * @throws io.felucca.FeluccaException CONFLICT for a name that is taken, FORBIDDEN for a subnet that overlaps another
     *     and for the names and drivers that there is one network of, INVALID for addresses that cannot be right,
     *     NOT_FOUND for an unknown driver or when no default pool is free
     */
    Created create(NetworkSpec spec);

    Network get(String name);

    /** By name. {@code filters} are Docker's (id, name, label, driver, type, scope, dangling); INVALID for an unknown one. */
    List<Network> list(Map<String, List<String>> filters);

    /** @throws io.felucca.FeluccaException FORBIDDEN for one that is always there or has containers in it */
    void remove(String name);

    /**
     * Removes the users' networks that no container names, running or not.
     *
     * @param filters Docker's: until, label, label!
     * @return their names
     */
    List<String> prune(Map<String, List<String>> filters);

    /** @param warning for the caller, or empty */
    record Created(String id, String warning) {}
}

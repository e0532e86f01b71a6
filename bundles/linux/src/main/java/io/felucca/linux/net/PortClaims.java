package io.felucca.linux.net;

import io.felucca.linux.files.Fd;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Bound sockets that nobody listens on, so that no other program takes a port which leads elsewhere. They are
 * close-on-exec, and held by whoever has a descriptor of them, in whatever process. Thread-safe.
 */
@ProviderType
public interface PortClaims {

    /**
     * Claims a port of an address. An IPv6 address stands for itself, not for IPv4.
     *
     * @param protocol as IANA numbers it: 6, 17, 132
     * @return empty for a protocol that the kernel has no sockets of
     * @throws io.felucca.FeluccaException CONFLICT when the port is in use, INVALID for an address that is not this
     *     host's, FORBIDDEN for a port that this process may not have
     */
    Optional<Fd> claim(int protocol, InetAddress address, int port);

    /** A port of every address of both families, by one socket. @throws io.felucca.FeluccaException INVALID without IPv6 too */
    Optional<Fd> claimEverywhere(int protocol, int port);

    /**
     * One descriptor that holds all these claims as long as it is open somewhere, whoever closes theirs: they are under
     * way in it, as messages that are never received (unix(7), SCM_RIGHTS).
     */
    Fd together(List<Fd> claims);
}

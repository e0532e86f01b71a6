package io.felucca.linux.net;

import io.felucca.linux.Fd;
import java.net.InetAddress;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Bound sockets that nobody listens on, so that no other program takes a port which leads elsewhere. They are
 * close-on-exec, and held by whoever has a descriptor of them, in whatever process. Thread-safe.
 */
@ProviderType
public interface PortClaims {

    /**
     * Claims ports of an address, all or none. IPv6 addresses stand for themselves, not for IPv4.
     *
     * @param protocol as IANA numbers it: 6, 17, 132; one that the kernel has no sockets of is not claimed, and no error
     * @throws io.felucca.FeluccaException CONFLICT when a port is in use, INVALID for an address that is not this host's,
     *     FORBIDDEN for a port that this process may not have
     */
    List<Fd> claim(int protocol, InetAddress address, int firstPort, int count);
}

package io.felucca.linux.net;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The flows that the kernel's translation of addresses remembers (nf_conntrack). Thread-safe. */
@ProviderType
public interface Conntrack {

    /**
     * Forgets flows to ports, of the namespace of this process, so that their next packet is looked at anew. For protocols
     * without connections: a peer that goes on sending from the same port would else be led where its first packet was.
     * Reads all flows: the cost grows with them.
     *
     * @param protocol as IANA numbers it
     * @param ports to which the first packet of a flow was sent
     */
    void forget(int protocol, Set<Integer> ports);

    /**
     * Where a peer sent its first packet, before this host led the flow to a socket of its own.
     *
     * @param from the peer, as the socket sees it
     * @param to the socket's own address, not that of every address
     * @return empty for a flow that is not known, of a protocol that has none
     */
    Optional<InetSocketAddress> destination(int protocol, InetSocketAddress from, InetSocketAddress to);
}

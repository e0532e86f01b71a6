package io.felucca.networks.relay;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Where a peer of a relay is to be connected to; empty for one that asked for nothing that is published. */
interface RelayTargets {
    Optional<InetSocketAddress> find(InetSocketAddress peer, InetSocketAddress here);

    /** Another number whenever what is published has changed. */
    long changes();
}

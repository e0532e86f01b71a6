package io.felucca.networks.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What the server knows of who asks. Called on its thread: answers at once. */
public interface NameBook {

    /** Of a name that one of the asker's networks knows, in the order to be told; empty for an unknown name. */
    Optional<List<InetAddress>> addresses(String containerId, String name);

    /** The name of an address in one of the asker's networks. */
    Optional<String> name(String containerId, InetAddress address);

    /** Who is asked what is not known here; none where nothing outside may be asked. */
    List<InetSocketAddress> servers(String containerId);
}

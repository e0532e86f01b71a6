package io.felucca.network.spi;

import io.felucca.engine.DriverKind;
import io.felucca.network.spi.NetworkDriver.Opening;
import java.net.InetAddress;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What {@code --link name:alias} brings the container that has it: names, variables and openings. A stateless service
 * with {@link io.felucca.engine.Driver} that only computes; the core writes the entries and has the network's driver
 * make the openings, again whenever the source has a new address. What the driver answered is on record with the recipient:
 * while it is away links stay as they are, but for openings of containers that end, and what changed is asked when it comes.
 */
@ConsumerType
@DriverKind(LinkDriver.KIND)
public interface LinkDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "link";

    Link link(Recipient recipient, Source source);

    /**
     * Who has the link.
     *
     * @param name of the container, without a slash
     * @param addresses in the segment that both are in
     */
    record Recipient(String name, List<InetAddress> addresses) {
        public Recipient {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * Who is linked to.
     *
     * @param alias as the link names it
     * @param name of the container, without a slash
     * @param hostname its host name
     * @param addresses in the segment that both are in, IPv4 first
     * @param exposed its ports, published or not
     * @param env its variables, NAME=value
     */
    record Source(
            String alias,
            String name,
            String hostname,
            List<InetAddress> addresses,
            List<Port> exposed,
            List<String> env) {
        public Source {
            addresses = List.copyOf(addresses);
            exposed = List.copyOf(exposed);
            env = List.copyOf(env);
        }
    }

    record Port(Protocol protocol, int number) {}

    /** A line of /etc/hosts. */
    record HostsEntry(InetAddress address, List<String> names) {
        public HostsEntry {
            names = List.copyOf(names);
        }
    }

    /**
     * @param hosts for the recipient's /etc/hosts
     * @param env NAME=value, for the recipient's processes
     * @param openings to be made where a segment lets no traffic pass between containers
     */
    record Link(List<HostsEntry> hosts, List<String> env, List<Opening> openings) {
        public Link {
            hosts = List.copyOf(hosts);
            env = List.copyOf(env);
            openings = List.copyOf(openings);
        }
    }
}

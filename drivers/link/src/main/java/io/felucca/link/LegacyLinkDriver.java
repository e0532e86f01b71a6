package io.felucca.link;

import io.felucca.engine.Driver;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.NetworkDriver.Opening;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** {@code --link} as Docker has it on its default network: names, variables, and a way to each exposed port. */
@Component(service = LinkDriver.class, immediate = true)
@Driver(kind = LinkDriver.KIND, name = "link")
public final class LegacyLinkDriver implements LinkDriver {

    @Override
    public Link link(Recipient recipient, Source source) {
        List<String> names =
                List.copyOf(new LinkedHashSet<>(List.of(source.alias(), source.hostname(), source.name())));
        List<HostsEntry> hosts = source.addresses().stream()
                .map(address -> new HostsEntry(address, names))
                .toList();
        return new Link(hosts, LinkVariables.of(recipient, source), openings(recipient, source));
    }

    private static List<Opening> openings(Recipient recipient, Source source) {
        Set<Opening> openings = new LinkedHashSet<>();
        for (InetAddress from : recipient.addresses()) {
            for (InetAddress to : source.addresses()) {
                if (from.getAddress().length == to.getAddress().length) {
                    source.exposed()
                            .forEach(port -> openings.add(new Opening(from, to, port.protocol(), port.number())));
                }
            }
        }
        return List.copyOf(openings);
    }
}

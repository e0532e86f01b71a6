package io.felucca.portmap.nftables;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.net.Conntrack;
import io.felucca.linux.net.Nftables;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Published ports by one nftables table of the engine's own, in the kernel alone. Keeps nothing in memory. */
@Component(service = PortMapper.class, immediate = true, property = Drivers.NAME + "=nftables")
public final class NftablesPortMapper implements PortMapper {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");

    private final Conntrack conntrack;
    private final Nftables nftables;
    private final PortRules rules;

    @Activate
    public NftablesPortMapper(
            @Reference EngineRoot engine, @Reference Nftables nftables, @Reference Conntrack conntrack) {
        this.conntrack = conntrack;
        this.nftables = nftables;
        this.rules = new PortRules("inet " + Nftables.TABLE_PREFIX + engine.id() + "-ports");
    }

    @Override
    public Optional<String> probe() {
        return Optional.of(nftables.problem()).filter(problem -> !problem.isEmpty());
    }

    @Override
    public boolean carries(Binding binding) {
        boolean ipv6 = binding.hostAddress().getAddress().length == 16;
        boolean sameFamily = ipv6 == (binding.containerAddress().getAddress().length == 16);
        return sameFamily && !(ipv6 && binding.hostAddress().isLoopbackAddress());
    }

    @Override
    public void change(Publication from, Publication to) {
        if (from.isEmpty() && to.isEmpty()) {
            return;
        }
        if (!tried(rules.change(from, to)) && !tried(rules.changeAnyhow(from, to))) {
            // A crash left elements that lead elsewhere; whatever holds them, the core gave their ports to this one.
            rules.deletions(from, to).forEach(this::tried);
            nftables.run(rules.changeAnyhow(from, to));
        }
        allowLoopback(to);
        conntrack.forget(Protocol.UDP.number(), Publication.changedPorts(Protocol.UDP, from, to));
    }

    /** False when something was not there, or something else was: the rules are not as the core remembers them. */
    private boolean tried(String commands) {
        try {
            nftables.run(commands);
            return true;
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND && e.kind() != Kind.CONFLICT) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void ensure(List<Publication> all) {
        nftables.run(rules.ensure(all));
        all.forEach(NftablesPortMapper::allowLoopback);
        // The relay has another port than that of an engine before.
        all.forEach(each -> conntrack.forget(
                Protocol.UDP.number(),
                Publication.changedPorts(
                        Protocol.UDP,
                        each.none(),
                        new Publication(each.containerId(), each.hostDevice(), List.of(), each.relayed()))));
    }

    /**
     * Lets packets of this host's loopback network leave by the device and their answers come back: after the rule is
     * there that drops what arrives by it for that network.
     */
    private static void allowLoopback(Publication publication) {
        boolean wanted = publication.bindings().stream()
                .map(Binding::hostAddress)
                .anyMatch(address -> address.getAddress().length == 4
                        && (address.isAnyLocalAddress() || address.isLoopbackAddress()));
        Path setting = SETTINGS.resolve(publication.hostDevice()).resolve("route_localnet");
        try {
            if (wanted && !Files.readString(setting).startsWith("1")) {
                Files.writeString(setting, "1");
            }
        } catch (IOException e) {
            throw FeluccaException.system(
                    "publishing ports of " + publication.containerId() + " on the loopback network: cannot set "
                            + setting,
                    e);
        }
    }

    @Override
    public void redirect(Path namespace, InetSocketAddress service, int udpPort, int tcpPort) {
        String address = service.getAddress().getHostAddress();
        String to = " dport " + service.getPort() + " dnat to " + address + ":";
        nftables.run(
                namespace,
                """
                add table ip felucca
                delete table ip felucca
                add table ip felucca
                add chain ip felucca output { type nat hook output priority -100; policy accept; }
                """
                        + "add rule ip felucca output ip daddr " + address + " udp" + to + udpPort + "\n"
                        + "add rule ip felucca output ip daddr " + address + " tcp" + to + tcpPort + "\n");
    }
}

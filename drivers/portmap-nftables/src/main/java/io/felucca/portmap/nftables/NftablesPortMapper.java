package io.felucca.portmap.nftables;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.engine.Driver;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.net.Conntrack;
import io.felucca.linux.net.LoopbackRouting;
import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftChange.Hook;
import io.felucca.linux.net.NftChange.Point;
import io.felucca.linux.net.NftRule;
import io.felucca.linux.net.NftRule.Field;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.NftTable.Family;
import io.felucca.linux.net.Nftables;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.Protocol;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Published ports by one nftables table of the engine's own, in the kernel alone. Keeps nothing in memory. */
@Component(service = PortMapper.class, immediate = true)
@Driver(kind = PortMapper.KIND, name = "nftables")
public final class NftablesPortMapper implements PortMapper {

    /** In a container's namespace. */
    private static final NftTable OF_CONTAINER = new NftTable(Family.IPV4, "felucca");

    private static final String OUTPUT = "output";
    private static final int NAT_PRIORITY = -100;

    private final Conntrack conntrack;
    private final Nftables nftables;
    private final NftTable table;

    @Activate
    public NftablesPortMapper(
            @Reference EngineRoot engine, @Reference Nftables nftables, @Reference Conntrack conntrack) {
        this.conntrack = conntrack;
        this.nftables = nftables;
        this.table = NftTable.inet(Nftables.TABLE_PREFIX + engine.id() + "-ports");
    }

    @Override
    public Optional<String> probe() {
        return Optional.of(nftables.problem()).filter(problem -> !problem.isEmpty());
    }

    @Override
    public boolean carries(Binding binding) {
        return binding.isRoutable();
    }

    @Override
    public void change(Publication from, Publication to) {
        if (from.isEmpty() && to.isEmpty()) {
            return;
        }
        if (!tried(PortRules.change(from, to)) && !tried(PortRules.changeAnyhow(from, to))) {
            // A crash left elements that lead elsewhere; whatever holds them, the core gave their ports to this one.
            PortRules.deletions(from, to).forEach(deletion -> tried(List.of(deletion)));
            nftables.apply(table, PortRules.changeAnyhow(from, to));
        }
        allowLoopback(to);
        conntrack.forget(Protocol.UDP.number(), Publication.changedPorts(Protocol.UDP, from, to));
    }

    /** False when something was not there, or something else was: the rules are not as the core remembers them. */
    private boolean tried(List<NftChange> changes) {
        try {
            nftables.apply(table, changes);
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
        nftables.apply(table, PortRules.ensure(all));
        all.forEach(NftablesPortMapper::allowLoopback);
        // The relay has another port than that of an engine before.
        all.forEach(each -> conntrack.forget(
                Protocol.UDP.number(),
                Publication.changedPorts(
                        Protocol.UDP,
                        each.none(),
                        new Publication(each.containerId(), each.hostDevice(), List.of(), each.relayed()))));
    }

    /** After the rule is there that drops what arrives by the device for the loopback network. */
    private static void allowLoopback(Publication publication) {
        if (publication.isOnLoopback()) {
            LoopbackRouting.allow(publication.hostDevice());
        }
    }

    @Override
    public void redirect(Path namespace, InetSocketAddress service, int udpPort, int tcpPort) {
        List<NftChange> changes = new ArrayList<>();
        changes.add(new NftChange.AddTable());
        changes.add(new NftChange.AddChain(OUTPUT, Optional.of(new Hook("nat", Point.OUTPUT, NAT_PRIORITY))));
        changes.add(new NftChange.FlushChain(OUTPUT));
        changes.add(redirection(service, Protocol.UDP, udpPort));
        changes.add(redirection(service, Protocol.TCP, tcpPort));
        nftables.apply(namespace, OF_CONTAINER, changes);
    }

    private static NftChange redirection(InetSocketAddress service, Protocol protocol, int port) {
        return new NftChange.AddRule(
                OUTPUT,
                new NftRule(OF_CONTAINER.family())
                        .is(Field.IPV4_DESTINATION, service.getAddress().getAddress())
                        .is(Field.PROTOCOL, (byte) protocol.number())
                        .is(Field.PORT_DESTINATION, (byte) (service.getPort() >> 8), (byte) service.getPort())
                        .to(service.getAddress(), port));
    }
}
